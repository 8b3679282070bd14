import { describe, expect, it } from 'vitest';
import { detectLaps } from '@/lib/timing/detect-laps';
import { withDirections } from '@/lib/timing/learn-directions';
import { pathOfTrack } from '@/lib/timing/live/lap-path';
import { boardOf } from '@/lib/timing/live/live-board';
import { LiveEntry } from '@/lib/timing/live/live-entry';
import type { Board, BoardFacts } from '@/lib/timing/live/types';
import type { Fix } from '@/lib/timing/types';
import { columns, drive, GATES, type Leg, RECTANGLE, rounds, trackOf, via } from '../../support/tape';

const SEEN = columns(drive({ x: 0, y: 0 }, rounds(2)));
const DRAWN = trackOf(GATES, { centreline: RECTANGLE });
const TRACK = withDirections(DRAWN, detectLaps(DRAWN, SEEN).directions);
const PATH = pathOfTrack(TRACK);
/** Every drive begins here, 50 m before the start line. */
const FROM_MS = 1_000_000;

type Car = { name: string; legs: readonly Leg[]; startMs?: number };

/** A session with some cars on the rectangle of 300 m; `upTo` pushes what was driven until then and gives the board. */
function session(facts: Partial<BoardFacts>, cars: readonly Car[], path = PATH) {
  const all: BoardFacts = { order: 'practice', greenMs: null, chequeredMs: null, ...facts };
  const raceStartMs = all.order === 'race' ? all.greenMs : null;
  const entered = cars.map(({ name, legs, startMs = FROM_MS }) => ({
    info: name,
    live: new LiveEntry({ track: TRACK, raceStartMs, path }),
    fixes: legs.length > 0 ? drive({ x: 0, y: 0 }, legs, { startMs }) : ([] as Fix[]),
  }));
  const inputs = entered.map(({ info, live }) => ({ info, view: live.view }));
  return {
    entries: entered.map(({ live }) => live),
    upTo(afterS: number, more: Partial<BoardFacts> = {}): Board<string> {
      const nowMs = FROM_MS + afterS * 1000;
      for (const { live, fixes } of entered)
        while (fixes[0] && fixes[0].timeMs <= nowMs) live.push(fixes.shift() ?? fixes[0]);
      return boardOf({ ...all, ...more }, inputs, nowMs);
    },
  };
}

const brief = (board: Board<string>) =>
  board.lines.map(({ info, position, laps, state, gap }) =>
    [info, position ?? '–', laps, state, gap ? (gap.laps !== null ? `+${gap.laps} LAP` : gap.ms) : '–'].join(
      ' ',
    ),
  );
const lineOf = (board: Board<string>, name: string) => {
  const line = board.lines.find(({ info }) => info === name);
  if (!line) throw new Error(`There is no ${name}.`);
  return line;
};

describe('the board of a practice', () => {
  const CARS: Car[] = [
    { name: 'absent', legs: [] },
    { name: 'none', legs: via(10, [100, 0], [100, 50]) },
    { name: 'later', legs: rounds(3), startMs: FROM_MS + 4_000 },
    { name: 'first', legs: rounds(3) },
    { name: 'fast', legs: rounds(3, 12) },
  ];

  it('ranks by best lap, equal ones by who set it first, and those without a time last', () => {
    const board = session({}, CARS).upTo(100);
    expect(brief(board)).toEqual([
      'fast 1 2 lost –',
      'first 2 2 track 5000',
      'later 3 2 track 5000',
      'absent – 0 waiting –',
      'none – 0 lost –',
    ]);
    expect(board.lines.map(({ interval }) => interval?.ms ?? null)).toEqual([null, 5000, 0, null, null]);
    expect(board.best?.info).toBe('fast');
    expect(board.best?.lap.timeMs).toBeCloseTo(25_000, 3);
    expect(board.bestSectorsMs.map((ms) => Math.round(ms ?? 0))).toEqual([6250, 6250, 12_500]);
  });

  it('colours what is the best of all, of its own, and slower', () => {
    const cars = [
      { name: 'fast', legs: [...rounds(2), ...rounds(2, 12)] },
      { name: 'slow', legs: [...rounds(2, 9), ...rounds(1, 10)] },
    ];
    const { upTo } = session({}, cars);
    const halfway = upTo(20);
    // On the first lap everything is the best so far; the slower car has its own best only.
    expect(lineOf(halfway, 'fast').minis).toBe('bbbbbbbbbbbb............');
    expect(lineOf(halfway, 'slow').minis).toBe('pppppppppp..............');
    expect(lineOf(halfway, 'fast').sectors.map(({ colour, old }) => `${colour} ${old}`)).toEqual([
      'session false',
      'none true',
      'none true',
    ]);
    const board = upTo(97);
    const [fast, slow] = [lineOf(board, 'fast'), lineOf(board, 'slow')];
    expect([fast.last?.colour, fast.best?.colour]).toEqual(['session', 'session']);
    expect([slow.last?.colour, slow.best?.colour]).toEqual(['personal', 'personal']);
    expect(fast.minis).toMatch(/^s+\.+$/);
    expect(fast.sectors[0]).toMatchObject({ colour: 'slower', old: false });
    expect(fast.sectors[2]).toMatchObject({ colour: 'session', old: true });
  });

  it('takes back bests of a lap that turns out to be none', () => {
    const cut = via(
      20,
      [100, 0],
      [100, 50],
      [60, 50],
      [60, 30],
      [40, 30],
      [40, 50],
      [0, 50],
      [0, 0],
      [60, 0],
    );
    const { upTo, entries } = session({}, [{ name: 'cut', legs: [...rounds(2), ...cut] }]);
    const within = upTo(69);
    expect(within.bestSectorsMs[0]).toBeCloseTo(3_750, 0);
    expect(lineOf(within, 'cut').minis).toBe('bbbbbbbbbb..............');
    const after = upTo(85);
    const line = lineOf(after, 'cut');
    expect(line.last?.lap).toMatchObject({ class: 'invalid', reason: 'missed:3' });
    expect([line.last?.colour, line.best?.lap.timeMs]).toEqual(['none', 27_500]);
    expect(after.bestSectorsMs).toEqual([7_500, 7_500, 12_500]);
    expect(entries[0]?.view.bestMinis[0]?.timeMs).toBeCloseTo(1_250, 0);
  });

  it('is finished for an entry at its first line after the flag; later laps change nothing', () => {
    const cars = [{ name: 'car', legs: [...rounds(3), ...rounds(3, 14)] }];
    const { upTo } = session({ chequeredMs: FROM_MS + 50_000 }, cars);
    expect(brief(upTo(49))).toEqual(['car 1 1 track –']);
    expect(brief(upTo(66))).toEqual(['car 1 2 finished –']);
    const after = lineOf(upTo(140), 'car');
    expect([after.state, after.laps, after.best?.lap.timeMs, after.last?.lap.number]).toEqual([
      'finished',
      2,
      30_000,
      2,
    ]);
    expect([after.deltaBestMs, after.lapStartedMs]).toEqual([null, null]);
    expect(after.minis).toHaveLength(24);
  });

  it('calls an entry lost after ten seconds of silence, one that sends seldom after five intervals', () => {
    const { upTo } = session({}, [{ name: 'car', legs: via(10, [100, 0]) }]);
    expect(lineOf(upTo(20), 'car').state).toBe('track');
    expect(lineOf(upTo(20.5), 'car').state).toBe('lost');
    const seldom = new LiveEntry({ track: TRACK, raceStartMs: null, path: PATH });
    const fixes = drive({ x: 0, y: 0 }, rounds(2, 1), { stepMs: 5_000, startMs: FROM_MS }).slice(0, 20);
    for (const fix of fixes) seldom.push(fix);
    const facts = { order: 'practice' as const, greenMs: null, chequeredMs: null };
    const stateAt = (ms: number) =>
      boardOf(facts, [{ info: 0, view: seldom.view }], (fixes.at(-1)?.timeMs ?? 0) + ms).lines[0]?.state;
    expect([stateAt(24_000), stateAt(26_000)]).toEqual(['track', 'lost']);
  });
});

it('knows no delta of an entry that is lost', () => {
  const entry = new LiveEntry({ track: TRACK, raceStartMs: null, path: PATH });
  const fixes = drive({ x: 0, y: 0 }, rounds(4, 10), { stepMs: 100, startMs: FROM_MS });
  for (const fix of fixes.slice(0, -50)) entry.push(fix);
  const facts = { order: 'practice' as const, greenMs: null, chequeredMs: null };
  const lastMs = entry.view.lastFix?.timeMs ?? 0;
  const at = (ms: number) => boardOf(facts, [{ info: 0, view: entry.view }], lastMs + ms).lines[0];
  expect([at(100)?.state, at(100)?.deltaBestMs, at(100)?.predictedMs]).toEqual([
    'track',
    expect.any(Number),
    expect.any(Number),
  ]);
  expect([at(11_000)?.state, at(11_000)?.deltaBestMs, at(11_000)?.predictedMs]).toEqual(['lost', null, null]);
});

describe('the board of a race', () => {
  const RACE = { order: 'race' as const, greenMs: FROM_MS };
  const CARS = [
    { name: 'ten', legs: rounds(6, 10) },
    { name: 'twelve', legs: rounds(7, 12) },
    { name: 'five', legs: rounds(4, 5) },
  ];

  it('keeps the grid, without positions, until the green', () => {
    const board = session({ order: 'race', greenMs: null }, CARS).upTo(60);
    expect(board.lines.map(({ info, position }) => [info, position])).toEqual([
      ['ten', null],
      ['twelve', null],
      ['five', null],
    ]);
  });

  it('laps a car when it is a lap behind, not when the leader crosses the line', () => {
    const { upTo } = session(RACE, CARS);
    // From equal starts 12 m/s is a lap of 300 m ahead of 5 m/s after 42.86 s; one boundary is 12.5 m.
    for (let afterS = 5; afterS < 42.8; afterS += 0.1) {
      expect(lineOf(upTo(afterS), 'five').gap?.laps ?? null).toBeNull();
    }
    for (let afterS = 42.9 + 2.5; afterS < 85; afterS += 0.1) {
      expect(lineOf(upTo(afterS), 'five').gap?.laps).toBe(1);
    }
    expect(lineOf(upTo(86 + 2.5), 'five').gap?.laps).toBe(2);
    expect(lineOf(upTo(90), 'five').interval?.laps).toBe(1);
  });

  it('times gaps where both have been, to the millisecond', () => {
    const { upTo } = session(RACE, CARS);
    const ten = lineOf(upTo(40), 'ten');
    // 400 m driven, 350 of them are 28 boundaries: 35 s against 29.1667 s, and then four more of 12.5 m.
    expect(ten.gap?.ms).toBeCloseTo(40_000 - 400_000 / 12, -1);
    expect(ten.position).toBe(2);
  });

  it('without a path times gaps at the gates', () => {
    const board = session(RACE, CARS, null).upTo(40);
    const ten = lineOf(board, 'ten');
    expect(brief(board).map((line) => line.split(' ')[0])).toEqual(['twelve', 'ten', 'five']);
    expect(ten.gap?.ms).toBeCloseTo(35_000 - 350_000 / 12, 0);
    expect([ten.minis, ten.lapPart]).toEqual(['', null]);
  });

  it('lets the gap of a car that stands grow, and then its laps', () => {
    const cars = [
      { name: 'goes', legs: rounds(6, 10) },
      { name: 'stands', legs: [...via(9, [100, 0], [100, 30]), { stopS: 200 }] },
    ];
    const { upTo } = session(RACE, cars);
    const at = (afterS: number) => lineOf(upTo(afterS), 'stands');
    expect(at(16).state).toBe('track');
    expect(at(20).gap?.ms).toBeGreaterThan(5_000);
    expect(at(30).gap?.ms).toBeGreaterThan(15_000);
    expect(at(30).state).toBe('stopped');
    expect(at(48).gap?.laps).toBe(1);
    expect(at(78).gap?.laps).toBe(2);
  });

  it('is decided by laps, then by who crossed the line first after the flag', () => {
    const chequeredMs = FROM_MS + 95_000;
    const { upTo } = session({ ...RACE, chequeredMs }, CARS);
    expect(brief(upTo(94.9))[0]).toContain('track');
    // Ten came to the line with the flag; twelve, a lap ahead, is still on its way and stays ahead.
    expect(brief(upTo(95.2))).toEqual([
      'twelve 1 3 track –',
      'ten 2 3 finished 15833.333',
      'five 3 1 track +2 LAP',
    ]);
    const final = ['twelve 1 4 finished –', 'ten 2 3 finished +1 LAP', 'five 3 2 finished +2 LAP'];
    expect(brief(upTo(130.2))).toEqual(final);
    expect(brief(upTo(170))).toEqual(final);
  });

  it('shows nothing of what was driven before the green', () => {
    const { upTo } = session({ order: 'race', greenMs: FROM_MS + 20_000 }, CARS);
    const line = lineOf(upTo(25), 'ten');
    expect([line.last, line.laps, line.lapStartedMs]).toEqual([null, 0, FROM_MS + 20_000]);
  });
});
