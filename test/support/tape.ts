import { emptyColumns, setFix } from '@/lib/timing/normalise';
import type { Checkpoint, CheckpointType, Fix, FixColumns, Frame, Point, Track } from '@/lib/timing/types';

/** A rectangle of 100 m × 50 m, driven anticlockwise from its lower left corner: 300 m a lap. */
export const RECTANGLE: readonly Point[] = [
  { x: 0, y: 0 },
  { x: 100, y: 0 },
  { x: 100, y: 50 },
  { x: 0, y: 50 },
];

export function gate(
  number: number,
  type: CheckpointType,
  a: [number, number],
  b: [number, number],
): Checkpoint {
  const points = [
    { x: a[0], y: a[1] },
    { x: b[0], y: b[1] },
  ] as const;
  return { number, name: `Gate ${number}`, type, points, previous: null, direction: null, closesLap: null };
}

/** Start in the middle of the lower side, sector lines on the right and the upper side. */
export const GATES = [
  gate(1, 'start', [50, 5], [50, -5]),
  gate(2, 'sector', [95, 25], [105, 25]),
  gate(3, 'sector', [50, 45], [50, 55]),
];

export function trackOf(checkpoints: readonly Checkpoint[], more: Partial<Track> = {}): Track {
  return { name: 'Rectangle', location: '', frame: 'planar', checkpoints, centreline: null, ...more };
}

export type Leg = { to: Point; speedMps: number } | { stopS: number } | { jumpTo: Point; afterS: number };

/** Drives legs one after the other from a place and takes a fix every `stepMs`; speed known, course not. */
export function drive(from: Point, legs: readonly Leg[], { stepMs = 100, startMs = 1_000_000 } = {}): Fix[] {
  const fixes: Fix[] = [];
  let at = from;
  let now = startMs;
  let next = startMs;
  const take = (place: Point, speedMps: number) => {
    fixes.push({
      timeMs: next,
      x: place.x,
      y: place.y,
      speedMps,
      courseDeg: Number.NaN,
      altitudeM: Number.NaN,
      accuracyM: Number.NaN,
    });
    next += stepMs;
  };
  for (const leg of legs) {
    if ('jumpTo' in leg) {
      now += leg.afterS * 1000;
      while (next < now) next += stepMs;
      at = leg.jumpTo;
      continue;
    }
    const to = 'to' in leg ? leg.to : at;
    const wayM = Math.hypot(to.x - at.x, to.y - at.y);
    const speedMps = 'to' in leg ? leg.speedMps : 0;
    const endMs = now + ('to' in leg ? (wayM / speedMps) * 1000 : leg.stopS * 1000);
    for (; next < endMs; ) {
      const part = wayM === 0 ? 0 : (next - now) / (endMs - now);
      take({ x: at.x + (to.x - at.x) * part, y: at.y + (to.y - at.y) * part }, speedMps);
    }
    at = to;
    now = endMs;
  }
  take(at, 'stopS' in (legs.at(-1) ?? {}) ? 0 : 10);
  return fixes;
}

/** From corner to corner at one speed. */
export function via(speedMps: number, ...places: readonly (readonly [x: number, y: number])[]): Leg[] {
  return places.map(([x, y]) => ({ to: { x, y }, speedMps }));
}

/** `laps` times round the rectangle from its lower left corner at 10 m/s (30 s a lap). */
export function rounds(laps: number, speedMps = 10): Leg[] {
  const corners = [RECTANGLE[1], RECTANGLE[2], RECTANGLE[3], RECTANGLE[0]].filter(
    (corner) => corner !== undefined,
  );
  return Array.from({ length: laps }, () => corners.map((to) => ({ to, speedMps }))).flat();
}

export function columns(fixes: readonly Fix[], frame: Frame = 'planar'): FixColumns {
  const all = emptyColumns(frame, fixes.length);
  fixes.forEach((fix, i) => {
    setFix(all, i, fix);
  });
  return all;
}

/** Laps in short: `1 complete 30000`, `2 invalid missed:3 30000`. */
export function brief(
  laps: readonly { number: number; class: string; reason: string | null; timeMs: number }[],
): string[] {
  return laps.map((lap) =>
    [lap.number, lap.class, lap.reason, Math.round(lap.timeMs)].filter((part) => part !== null).join(' '),
  );
}
