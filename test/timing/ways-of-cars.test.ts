import { describe, expect, it } from 'vitest';
import { detectLaps } from '@/lib/timing/detect-laps';
import { LapDetector } from '@/lib/timing/lap-detector';
import { chainOf, checkTrackGraph } from '@/lib/timing/track-graph';
import type { Checkpoint } from '@/lib/timing/types';
import { brief, columns, drive, GATES, gate, type Leg, rounds, trackOf, via } from '../support/tape';

const corner = { x: 0, y: 0 };
const found = (legs: readonly Leg[], checkpoints: readonly Checkpoint[] = GATES) =>
  detectLaps(trackOf(checkpoints), columns(drive(corner, legs)));
const lapsOf = (legs: readonly Leg[], checkpoints: readonly Checkpoint[] = GATES) =>
  found(legs, checkpoints).laps;
const classes = (legs: readonly Leg[], checkpoints: readonly Checkpoint[]) =>
  lapsOf(legs, checkpoints).map((lap) => lap.class);
const firstTwo = GATES.slice(0, 2);
const afterLowerSide = rounds(1).slice(1);

describe('a pit visit seen only in part', () => {
  /** Below the lower side past y = -20, 25 s in the box at `boxX`. */
  const lane = (boxX: number): Leg[] => [
    { to: { x: 20, y: -20 }, speedMps: 10 },
    { to: { x: boxX, y: -20 }, speedMps: 5 },
    { stopS: 25 },
    ...via(5, [80, -20]),
    ...via(10, [100, 0]),
  ];
  const visit = (boxX: number) => [...rounds(2), ...lane(boxX), ...afterLowerSide, ...rounds(2)];
  const drawnAcross = [gate(1, 'start', [50, 5], [50, -25]), ...GATES.slice(1)];

  it.each([48, 49, 50, 51, 52])(
    'is an inlap and an outlap where the start gate is drawn across the pit line, the line at %i m',
    (x) => {
      for (const boxX of [30, 50.5, 70]) {
        const gates = [...drawnAcross, gate(4, 'pit', [x, -15], [x, -25])];
        expect(classes(visit(boxX), gates)).toEqual([
          'outlap',
          'complete',
          'inlap',
          'outlap',
          'complete',
          'invalid',
        ]);
      }
    },
  );

  it('corrects the lap that the start line closed before the pit line was met', () => {
    const gates = [...drawnAcross, gate(4, 'pit', [51, -15], [51, -25])];
    const detector = new LapDetector(trackOf(gates));
    const events = drive(corner, visit(30)).flatMap((fix) => [...detector.push(fix)]);
    const ofLap = events.flatMap((event) =>
      event.type !== 'crossing' && event.lap.number === 2 ? [`${event.type} ${event.lap.class}`] : [],
    );
    expect(ofLap).toEqual(['lap complete', 'lap-corrected inlap']);
  });

  it('whose exit line was missed does not make every later lap an outlap', () => {
    const lines = [gate(4, 'pit_entry', [20, -15], [20, -25]), gate(5, 'pit_exit', [70, -15], [70, -17])];
    expect(classes(visit(45), [...drawnAcross, ...lines])).toEqual([
      'outlap',
      'complete',
      'inlap',
      'outlap',
      'complete',
      'invalid',
    ]);
  });
});

describe('a way back or a short way', () => {
  it('never names the start among the gates that were missed', () => {
    // Past gate 2 on the inside, over gate 3, out to the east, back over gate 2, over gate 3 again.
    const legs: Leg[] = [
      ...via(
        10,
        [85, 0],
        [85, 50],
        [30, 50],
        [30, 80],
        [120, 80],
        [120, 10],
        [100, 10],
        [100, 50],
        [0, 50],
        [0, 0],
      ),
    ];
    const lap = lapsOf([...legs, ...rounds(3)])[1];
    expect([lap?.class, lap?.reason]).toEqual(['invalid', 'missed:2']);
  });

  it('leaves the sectors of the long way whole where "previous" allows a shorter one', () => {
    const gates = [
      ...firstTwo,
      gate(3, 'sector', [80, 45], [80, 55]),
      gate(4, 'sector', [50, 45], [50, 55]),
      { ...gate(5, 'sector', [20, 45], [20, 55]), previous: [4, 2] },
    ];
    const lap = lapsOf(rounds(3), gates)[1];
    expect(lap?.sectors.map((sector) => sector.timeMs)).toEqual([7500, 4500, 3000, 3000, 12_000]);
  });

  it('makes no complete lap of two when the start was passed outside its gate, from the first lap on', () => {
    const beside: Leg[] = [...via(10, [40, 0], [50, 14], [60, 0], [100, 0]), ...afterLowerSide];
    const laps = lapsOf([...rounds(1), ...beside, ...rounds(1), ...beside, ...rounds(1)]);
    expect(laps.slice(1, -1).map((lap) => [lap.class, lap.reason])).toEqual([
      ['invalid', 'missed:1'],
      ['invalid', 'missed:1'],
    ]);
  });

  it('may meet a gate drawn over two roads from both its sides', () => {
    // Gate 3 is drawn so long that the lower side passes it too, eastwards, after the upper one westwards.
    const long = [GATES[0], GATES[1], gate(3, 'sector', [30, 55], [30, -5])].filter(
      (one) => one !== undefined,
    );
    expect(classes(rounds(4), long).slice(1, -1)).toEqual(['complete', 'complete', 'complete']);
  });

  it('counts once where "previous" makes a ring', () => {
    const named = (number: number, previous: number[]) => ({
      ...gate(number, 'sector', [0, number], [1, number]),
      previous,
    });
    const track = trackOf([
      gate(1, 'start', [0, 0], [1, 0]),
      named(2, [3]),
      named(3, [1, 2]),
      named(4, [2, 3]),
    ]);
    expect(checkTrackGraph(track)).toEqual([]);
    expect(chainOf(track).slots.every((slot) => slot >= 0 && slot < 4)).toBe(true);
  });
});

describe('a gap over the start line', () => {
  it('that swallows the next gate too is the reason, not the driver', () => {
    const wide = [gate(1, 'start', [50, 8], [50, -8]), ...GATES.slice(1)];
    const legs: Leg[] = [
      ...rounds(2),
      { to: { x: 45, y: 0 }, speedMps: 10 },
      { jumpTo: { x: 90, y: 50 }, afterS: 12 },
      ...via(10, [0, 50], [0, 0]),
      ...rounds(2),
    ];
    const laps = lapsOf(legs, wide);
    expect(brief(laps).filter((line) => line.includes('invalid gps_gap'))).toHaveLength(1);
    expect(brief(laps).some((line) => line.includes('missed'))).toBe(false);
  });

  it('that hides it makes no complete lap of two', () => {
    // Seen until the upper side, then again on the lower side a whole lap later.
    const legs: Leg[] = [
      ...rounds(3).slice(0, -2),
      { to: { x: 90, y: 50 }, speedMps: 10 },
      { jumpTo: { x: 90, y: 0 }, afterS: 24 },
      { to: { x: 100, y: 0 }, speedMps: 10 },
      ...afterLowerSide,
      ...rounds(2),
    ];
    expect(brief(lapsOf(legs, firstTwo))[3]).toMatch(/^3 invalid gps_gap /);
  });

  it('never shortens what a lap is expected to measure', () => {
    // 210 m of the fourth lap lie in a gap, of which the straight way is 51 m.
    const legs: Leg[] = [
      ...rounds(3),
      { to: { x: 90, y: 0 }, speedMps: 10 },
      { jumpTo: { x: 40, y: 0 }, afterS: 30 },
      ...rounds(4),
    ];
    const [start] = GATES;
    const laps = lapsOf(legs, start ? [start] : []);
    expect(laps.filter((lap) => lap.reason === 'too_long')).toEqual([]);
  });
});

describe('a car that stays by the line', () => {
  it('starts no lap by rolling to and fro at the end of a long gate', () => {
    const gates = [gate(1, 'start', [50, 30], [50, -60]), ...GATES.slice(1)];
    const toAndFro = Array.from({ length: 12 }, (): Leg[] => [
      { to: { x: 49, y: -50 }, speedMps: 1 },
      { stopS: 4 },
      { to: { x: 51, y: -50 }, speedMps: 1 },
      { stopS: 4 },
    ]).flat();
    const legs: Leg[] = [
      ...rounds(2),
      { to: { x: 10, y: -50 }, speedMps: 10 },
      ...toAndFro,
      ...via(10, [90, -50], [100, 0]),
      ...afterLowerSide,
      ...rounds(1),
    ];
    expect(lapsOf(legs, gates).filter((lap) => lap.timeMs < 20_000 && lap.number > 0)).toEqual([]);
  });

  it('and is put back behind it by a reset begins its lap there', () => {
    const detector = new LapDetector(trackOf(GATES));
    const before = drive(corner, [...rounds(1), { to: { x: 53, y: 0 }, speedMps: 10 }]);
    const events = before.flatMap((fix) => [...detector.push(fix)]);
    detector.reset();
    const startMs = (before.at(-1)?.timeMs ?? 0) + 1000;
    const again = drive(
      { x: 47, y: 0 },
      [{ stopS: 8 }, { to: { x: 100, y: 0 }, speedMps: 10 }, ...afterLowerSide, ...rounds(1)],
      { startMs },
    );
    events.push(...again.flatMap((fix) => [...detector.push(fix)]));
    const laps = events.flatMap((event) => (event.type === 'lap' ? [event.lap] : []));
    expect(laps.map((lap) => [lap.class, lap.reason])).toEqual([
      ['outlap', null],
      ['complete', null],
      ['invalid', 'aborted'],
      ['complete', null],
    ]);
  });
});
