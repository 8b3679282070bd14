import { describe, expect, it } from 'vitest';
import { detectLaps } from '@/lib/timing/detect-laps';
import { LapDetector } from '@/lib/timing/lap-detector';
import {
  brief,
  columns,
  drive,
  GATES,
  gate,
  type Leg,
  RECTANGLE,
  rounds,
  trackOf,
  via,
} from '../support/tape';

const corner = { x: 0, y: 0 };
const lapsOf = (legs: readonly Leg[], checkpoints = GATES, options = {}, more = {}) =>
  detectLaps(trackOf(checkpoints, more), columns(drive(corner, legs)), options).laps;

/** A pit lane 20 m below the lower side: entered before the start line, left after it. */
const lane = (stopS: number): Leg[] => [
  ...via(10, [20, -20]),
  ...via(5, [45, -20]),
  ...(stopS > 0 ? [{ stopS }] : []),
  ...via(5, [80, -20]),
  ...via(10, [100, 0]),
];
const afterLane = rounds(1).slice(1);

describe('laps of a circuit', () => {
  it('run from start to start; before is the outlap, a standing end is the inlap', () => {
    const laps = lapsOf([...rounds(3), { to: { x: 80, y: 0 }, speedMps: 10 }, { stopS: 3 }]);
    expect(brief(laps)).toEqual([
      '0 outlap 5000',
      '1 complete 30000',
      '2 complete 30000',
      '3 complete 30000',
      '4 inlap 6000',
    ]);
  });

  it('have sectors that sum to the lap to the microsecond', () => {
    for (const lap of lapsOf(rounds(3, 9.37)).filter((one) => one.class === 'complete')) {
      const sum = lap.sectors.reduce((total, sector) => total + Math.round((sector.timeMs ?? 0) * 1000), 0);
      expect(lap.sectors.map((sector) => sector.number)).toEqual([1, 2, 3]);
      expect(sum).toBe(Math.round(lap.timeMs * 1000));
    }
  });

  it('are invalid with session_end when the recording stops on the way', () => {
    expect(brief(lapsOf(rounds(2))).at(-1)).toBe('2 invalid session_end 25000');
  });

  it('do not exist for a car that never crosses the start', () => {
    expect(lapsOf([{ to: { x: 40, y: 0 }, speedMps: 10 }, { stopS: 5 }])).toEqual([]);
  });

  it('name the gates that were passed over', () => {
    const cut = via(10, [100, 0], [85, 30], [85, 50], [0, 50], [0, 0]);
    expect(brief(lapsOf([...cut, ...rounds(1)]))[1]).toMatch(/^1 invalid missed:2 /);
  });

  it('end only after every gate that must come before the start', () => {
    const turnedBack = via(10, [100, 0], [100, 30], [0, 30], [0, 0]);
    expect(brief(lapsOf([...turnedBack, ...rounds(1)]))[1]).toMatch(/^1 invalid missed:3 /);
  });

  it('may take one of several ways named by previous (a joker lap)', () => {
    const joker = { ...gate(4, 'sector', [65, 22], [65, 32]), previous: [1] };
    const last = { ...gate(3, 'sector', [20, 45], [20, 55]), previous: [2, 4] };
    const gates = [GATES[0], GATES[1], last, joker].filter((one) => one !== undefined);
    const shortcut = via(10, [70, 0], [70, 27], [40, 27], [40, 50], [0, 50], [0, 0]);
    const classes = lapsOf([...shortcut, ...rounds(1), ...rounds(1)], gates).map((lap) => lap.class);
    expect(classes).toEqual(['outlap', 'complete', 'complete', 'invalid']);
  });

  it('are too long when the line was missed once, also in a lap that came first', () => {
    const wide: Leg[] = [...via(10, [40, 0], [50, 14], [60, 0], [100, 0]), ...afterLane];
    const [start] = GATES;
    const laps = lapsOf([...rounds(1), ...wide, ...rounds(3)], start ? [start] : []);
    expect(brief(laps).slice(1, 3)).toEqual([
      expect.stringMatching(/^1 invalid too_long /),
      '2 complete 30000',
    ]);
  });

  it('that a sim does not count are invalid with aborted', () => {
    const detector = new LapDetector(trackOf(GATES));
    const fixes = drive(corner, rounds(3));
    const events = fixes.flatMap((fix, i) => {
      if (i === 100) detector.abort();
      return [...detector.push(fix)];
    });
    const laps = events.flatMap((event) => (event.type === 'lap' ? [event.lap] : []));
    expect(brief(laps)).toEqual(['0 outlap 5000', '1 invalid aborted 30000', '2 complete 30000']);
  });
});

describe('a reset to the garage', () => {
  it('makes the lap invalid and crosses no line on the way to where the car is put', () => {
    const detector = new LapDetector(trackOf(GATES));
    const before = drive(corner, rounds(1).slice(0, 1));
    const after = drive(
      { x: 30, y: 0 },
      [{ to: { x: 100, y: 0 }, speedMps: 10 }, ...afterLane, ...rounds(1)],
      {
        startMs: 1_020_000,
      },
    );
    const events = before.flatMap((fix) => [...detector.push(fix)]);
    detector.reset();
    const saved = JSON.parse(JSON.stringify(detector.snapshot()));
    detector.restore(saved);
    events.push(...after.flatMap((fix) => [...detector.push(fix)]));
    const laps = events.flatMap((event) => (event.type === 'lap' ? [event.lap] : []));
    expect(laps.map((lap) => [lap.class, lap.reason])).toEqual([
      ['outlap', null],
      ['invalid', 'aborted'],
      ['complete', null],
    ]);
  });
});

describe('pit visits', () => {
  const toStart: Leg[] = [...rounds(2)];

  it('close the lap at a pit line beside the start and open an outlap there', () => {
    const pitLine = gate(4, 'pit', [50, -15], [50, -25]);
    const laps = lapsOf([...toStart, ...lane(20), ...afterLane, ...rounds(2)], [...GATES, pitLine]);
    expect(laps.map((lap) => lap.class)).toEqual([
      'outlap',
      'complete',
      'inlap',
      'outlap',
      'complete',
      'invalid',
    ]);
    expect(laps[2]?.endMs).toBe(laps[3]?.startMs);
  });

  it('make a pitstop of the lap that holds a pit line elsewhere', () => {
    const pitLine = gate(4, 'pit', [10, 20], [20, 20]);
    const detour: Leg[] = [
      ...via(10, [100, 0], [100, 50], [15, 50]),
      ...via(5, [15, 10]),
      { stopS: 10 },
      { to: corner, speedMps: 5 },
    ];
    const laps = lapsOf([...rounds(1), ...detour, ...rounds(2)], [...GATES, pitLine]);
    expect(laps.map((lap) => lap.class)).toEqual(['outlap', 'complete', 'pitstop', 'complete', 'invalid']);
  });

  it('between pit entry and exit make inlap and outlap when the start lies between, pitstop when not', () => {
    const across = [gate(1, 'start', [50, 5], [50, -25]), ...GATES.slice(1)];
    const lines = [gate(4, 'pit_entry', [20, -15], [20, -25]), gate(5, 'pit_exit', [80, -15], [80, -25])];
    const entered = [...via(10, [10, -20]), ...via(5, [90, -20]), ...via(10, [100, 0])];
    const laps = lapsOf([...rounds(2), ...entered, ...afterLane, ...rounds(1)], [...across, ...lines]);
    expect(laps.map((lap) => lap.class)).toEqual(['outlap', 'complete', 'inlap', 'outlap', 'invalid']);
    const moved = [gate(1, 'start', [50, 55], [50, 45]), gate(2, 'sector', [95, 25], [105, 25]), ...lines];
    const holding = lapsOf([...rounds(1), ...entered, ...afterLane, ...rounds(1)], moved);
    expect(holding.map((lap) => lap.class)).toEqual(['outlap', 'pitstop', 'complete', 'invalid']);
  });

  it('of 20 s and more are seen from the standstill alone on a track without pit lines', () => {
    const stop = (stopS: number): Leg[] => [
      { to: { x: 80, y: 0 }, speedMps: 10 },
      { stopS },
      { to: { x: 100, y: 0 }, speedMps: 10 },
      ...afterLane,
    ];
    expect(lapsOf([...stop(21), ...stop(15), ...rounds(1)]).map((lap) => lap.class)).toEqual([
      'outlap',
      'pitstop',
      'complete',
      'invalid',
    ]);
  });
});

describe('gaps', () => {
  const gapOver = (from: number, to: number, afterS: number): Leg[] => [
    { to: { x: from, y: 0 }, speedMps: 10 },
    { jumpTo: { x: to, y: 0 }, afterS },
    { to: { x: 100, y: 0 }, speedMps: 10 },
    ...afterLane,
  ];

  it('keep a lap whose line was crossed within them, estimated and with a wide uncertainty', () => {
    const laps = lapsOf([...rounds(1), ...gapOver(30, 70, 4), ...rounds(1)]);
    expect(laps[1]).toMatchObject({ class: 'complete', estimated: true });
    expect(laps[1]?.uncertaintyMs).toBeGreaterThan(1000);
  });

  it('that swallow a gate make the lap invalid with gps_gap', () => {
    const lost: Leg[] = [
      { to: { x: 100, y: 0 }, speedMps: 10 },
      { jumpTo: { x: 80, y: 50 }, afterS: 7 },
      ...via(10, [0, 50], [0, 0]),
    ];
    expect(brief(lapsOf([...lost, ...rounds(1)]))[1]).toMatch(/^1 invalid gps_gap /);
  });
});

describe('a race', () => {
  /** The grid is 30 m behind the line; the car waits 8 s for the signal. */
  const grid = (): Leg[] => [
    { to: { x: 20, y: 0 }, speedMps: 10 },
    { stopS: 8 },
    { to: { x: 100, y: 0 }, speedMps: 10 },
    ...afterLane,
  ];
  const raceStartMs = 1_000_000 + 10_000;

  it('runs lap 1 from the green instant; the crossing right after it closes nothing', () => {
    const laps = lapsOf([...grid(), ...rounds(2)], GATES, { raceStartMs });
    expect(brief(laps)).toEqual([
      '0 outlap 10000',
      '1 complete 33000',
      '2 complete 30000',
      '3 invalid session_end 25000',
    ]);
  });

  it('knows half a lap from the centreline too', () => {
    const laps = lapsOf(
      [...grid(), ...rounds(1)],
      GATES.slice(0, 1),
      { raceStartMs },
      { centreline: RECTANGLE },
    );
    expect(brief(laps).slice(0, 2)).toEqual(['0 outlap 10000', '1 complete 33000']);
  });
});

describe('a stage from start to finish', () => {
  it('is timed from the last start before the finish, and nothing lies between two runs', () => {
    const gates = [gate(1, 'start', [20, 5], [20, -5]), gate(2, 'finish', [95, 40], [105, 40])];
    const laps = lapsOf(rounds(2), gates);
    expect(brief(laps)).toEqual(['1 complete 12000', '2 complete 12000']);
  });
});
