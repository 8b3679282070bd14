import type { Track } from '@/lib/timing/types';

/** A round track of 100 m radius: one lap is 2π · 100 m. */
const RADIUS_M = 100;
const LAT = 47.5;
const LON = 9.2;
const DEG_PER_M_Y = 1 / 111_132;
const DEG_PER_M_X = 1 / (111_320 * Math.cos((LAT * Math.PI) / 180));

const at = (angle: number, radiusM: number, east = 0) => ({
  x: LON + (east + radiusM * Math.cos(angle)) * DEG_PER_M_X,
  y: LAT + radiusM * Math.sin(angle) * DEG_PER_M_Y,
});

/** Its track: start in the east, two sector gates. `eastM` moves it away. */
export function circleTrack(name = 'Round', eastM = 0): Track {
  const gate = (number: number, angle: number) => ({
    number,
    name: '',
    type: number === 1 ? ('start' as const) : ('sector' as const),
    points: [at(angle, RADIUS_M - 10, eastM), at(angle, RADIUS_M + 10, eastM)] as const,
    previous: null,
    direction: null,
    closesLap: null,
  });
  return {
    name,
    location: 'Nowhere',
    frame: 'wgs84',
    checkpoints: [gate(1, 0), gate(2, (2 * Math.PI) / 3), gate(3, (4 * Math.PI) / 3)],
    centreline: null,
  };
}

export type CircleOptions = {
  startMs?: number;
  laps?: number;
  rateHz?: number;
  /** Seconds for a lap. */
  lapS?: number;
  eastM?: number;
  /** Further columns, by their header. */
  channels?: Record<string, (row: number) => number>;
};

/** A drive around it as our own CSV: starts a quarter before the line, ends a quarter after. */
export function circleCsv(options: CircleOptions = {}): string {
  const { startMs = 1_750_000_000_000, laps = 3, rateHz = 10, lapS = 30, eastM = 0, channels = {} } = options;
  const names = Object.keys(channels);
  const rows = [['time_ms', 'lat', 'lon', 'speed_mps', ...names].join(',')];
  const count = Math.round((laps + 0.5) * lapS * rateHz);
  const speed = ((2 * Math.PI * RADIUS_M) / lapS).toFixed(3);
  for (let row = 0; row < count; row++) {
    const angle = 2 * Math.PI * (row / (lapS * rateHz) - 0.25);
    const { x, y } = at(angle, RADIUS_M, eastM);
    const values = names.map((name) => channels[name]?.(row) ?? '');
    rows.push([startMs + (row * 1000) / rateHz, y.toFixed(8), x.toFixed(8), speed, ...values].join(','));
  }
  return `${rows.join('\n')}\n`;
}
