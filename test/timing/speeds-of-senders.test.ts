import { describe, expect, it } from 'vitest';
import { detectLaps } from '@/lib/timing/detect-laps';
import { LapDetector } from '@/lib/timing/lap-detector';
import { normaliseFix } from '@/lib/timing/normalise';
import { planeOf } from '@/lib/timing/plane';
import type { Checkpoint, Fix, Track } from '@/lib/timing/types';
import { brief, columns, drive, GATES, gate, type Leg, rounds, trackOf } from '../support/tape';

const corner = { x: 0, y: 0 };
const plane = planeOf('wgs84', { x: 11.28, y: 44.34 });
const onEarth = (fixes: readonly Fix[]): Fix[] =>
  fixes.map((fix) => ({ ...fix, ...plane.fromMetres({ x: fix.x, y: fix.y }) }));
const earthTrack = (gates: readonly Checkpoint[]): Track =>
  trackOf(
    gates.map((one) => ({
      ...one,
      points: [plane.fromMetres(one.points[0]), plane.fromMetres(one.points[1])] as const,
    })),
    { frame: 'wgs84' },
  );
const bothFrames = (fixes: readonly Fix[]) =>
  [
    detectLaps(trackOf(GATES), columns(fixes)),
    detectLaps(earthTrack(GATES), columns(onEarth(fixes), 'wgs84')),
  ] as const;

describe('a speed that is missing now and then', () => {
  const every = (nth: number, from = 0) => {
    const fixes = drive(corner, rounds(6));
    fixes.forEach((fix, i) => {
      if (i >= from && i % nth === nth - 1) fix.speedMps = Number.NaN;
    });
    return fixes;
  };

  it.each([2, 3, 7, 50, 295])('changes neither class nor distance when each %i-th has none', (nth) => {
    for (const { laps } of bothFrames(every(nth))) {
      const complete = laps.filter((lap) => lap.class === 'complete');
      expect(complete).toHaveLength(5);
      for (const lap of complete) expect(Math.abs(lap.distanceM - 300)).toBeLessThan(3);
    }
  });

  it('for several seconds, once a lap, loses no more than its last two metres', () => {
    const fixes = drive(corner, rounds(6));
    fixes.forEach((fix, i) => {
      if (i % 300 > 200 && i % 300 < 260) fix.speedMps = Number.NaN;
    });
    for (const { laps } of bothFrames(fixes)) {
      const complete = laps.filter((lap) => lap.class === 'complete');
      expect(complete).toHaveLength(5);
      for (const lap of complete) expect(Math.abs(lap.distanceM - 300)).toBeLessThan(3);
    }
  });
});

describe('a speed of 0 from a sender that knows none', () => {
  it('makes no pit stops of a live car that drives', () => {
    const fixes = drive(corner, rounds(6)).map((fix) => ({ ...fix, speedMps: 0 }));
    for (const { laps } of bothFrames(fixes)) {
      expect(brief(laps)).toEqual([
        '0 outlap 5000',
        '1 complete 30000',
        '2 complete 30000',
        '3 complete 30000',
        '4 complete 30000',
        '5 complete 30000',
        '6 invalid session_end 25000',
      ]);
      for (const lap of laps.slice(1, -1)) expect(Math.abs(lap.distanceM - 300)).toBeLessThan(8);
    }
  });

  it('is believed of a car that stands and wanders a little', () => {
    const stop: Leg[] = [
      { to: { x: 80, y: 0 }, speedMps: 10 },
      { stopS: 40 },
      { to: { x: 100, y: 0 }, speedMps: 10 },
      ...rounds(1).slice(1),
    ];
    const fixes = drive(corner, [...stop, ...rounds(2)]).map((fix, i) =>
      fix.speedMps === 0 ? { ...fix, x: fix.x + 6 * Math.sin(i / 90), y: fix.y + 6 * Math.cos(i / 70) } : fix,
    );
    for (const { laps } of bothFrames(fixes)) expect(laps[1]?.class).toBe('pitstop');
  });
});

describe('values that no sensor measured', () => {
  const unknown = { x: 1, y: 2, courseDeg: 0, altitudeM: 0, accuracyM: 1, timeMs: 0 };

  it('are unknown: infinite ones, beyond 32 bits, and the full scale of a speed', () => {
    for (const speedMps of [Number.POSITIVE_INFINITY, 1e39, 655.35])
      expect(normaliseFix({ ...unknown, speedMps }).speedMps).toBeNaN();
    const far = normaliseFix({ ...unknown, speedMps: 1, altitudeM: -1e300, accuracyM: 1e200 });
    expect([far.altitudeM, far.accuracyM, far.speedMps]).toEqual([Number.NaN, Number.NaN, 1]);
  });

  it('never reach the odometer: a robot beyond all bounds is refused', () => {
    const fixes = drive(corner, rounds(2));
    fixes.forEach((fix, i) => {
      if (i === 80) fix.x = 1e300;
    });
    const { laps, rejected } = detectLaps(trackOf(GATES), columns(fixes));
    expect(rejected).toEqual({ out_of_range: 1 });
    expect(laps[1]?.distanceM).toBeCloseTo(300, 0);
  });
});

describe('robots in an arena of 4 m', () => {
  const round = (speedMps: number): Leg[] => [
    { to: { x: 3.5, y: 0.5 }, speedMps },
    { to: { x: 3.5, y: 3.5 }, speedMps },
    { to: { x: 0.5, y: 3.5 }, speedMps },
    { to: { x: 0.5, y: 0.5 }, speedMps },
  ];
  const drives = (speedMps: number, knowsSpeed: boolean, more: Leg[] = []) => {
    const legs = Array.from({ length: 5 }, () => round(speedMps)).flat();
    const fixes = drive({ x: 0.5, y: 0.5 }, [...legs, ...more], { stepMs: 50 });
    return knowsSpeed ? fixes : fixes.map((fix) => ({ ...fix, speedMps: Number.NaN }));
  };
  const gates = (gateM: number) => [
    gate(1, 'start', [2, 0], [2, gateM]),
    gate(2, 'sector', [2, 4], [2, 4 - gateM]),
  ];

  it.each([
    [0.2, 0.8],
    [0.3, 2],
    [0.5, 0.8],
    [0.5, 2],
    [1.2, 1.5],
  ])(
    'have complete laps at %f m/s over gates of %f m: no stop, no gate that never rearms',
    (speedMps, gateM) => {
      for (const knowsSpeed of [true, false]) {
        const { laps } = detectLaps(trackOf(gates(gateM)), columns(drives(speedMps, knowsSpeed)));
        const lapMs = Math.round(12_000 / speedMps);
        expect(brief(laps).slice(1, -1)).toEqual([1, 2, 3, 4].map((number) => `${number} complete ${lapMs}`));
        expect(laps.at(-1)?.reason).toBe('session_end');
      }
    },
  );

  it('are seen to stop all the same', () => {
    const stops: Leg[] = [
      { to: { x: 3, y: 0.5 }, speedMps: 0.5 },
      { stopS: 30 },
      ...round(0.5),
      ...round(0.5),
    ];
    for (const knowsSpeed of [true, false]) {
      const { laps } = detectLaps(trackOf(gates(1.5)), columns(drives(0.5, knowsSpeed, stops)));
      expect(laps.filter((lap) => lap.class === 'pitstop')).toHaveLength(1);
    }
  });
});

it('a snapshot keeps what is known of the speeds', () => {
  const fixes = drive(corner, rounds(3)).map((fix, i) => ({
    ...fix,
    speedMps: i % 40 < 30 ? 0 : Number.NaN,
  }));
  const one = new LapDetector(earthTrack(GATES));
  const whole = onEarth(fixes).flatMap((fix) => [...one.push(fix)]);
  let other = new LapDetector(earthTrack(GATES));
  const parts = onEarth(fixes).flatMap((fix) => {
    const saved: ReturnType<LapDetector['snapshot']> = JSON.parse(JSON.stringify(other.snapshot()));
    other = new LapDetector(earthTrack(GATES));
    other.restore(saved);
    return [...other.push(fix)];
  });
  expect(parts).toEqual(whole);
});
