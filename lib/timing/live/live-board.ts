import {
  bestUntil,
  colouredLap,
  isFaster,
  type Judged,
  lastLap,
  miniLetters,
  type SessionBests,
  sectorCells,
  sessionBests,
} from './board-colours';
import { byDistance, finishOf, gapBetween, type Standing, standingOf } from './race-order';
import type { Board, BoardFacts, BoardLine, BoardState, EntryView, Gap, ReferenceLap } from './types';

/** An entry is lost after so long without a fix, or after so many of its usual intervals. */
const LOST_MS = 10_000;
const LOST_INTERVALS = 5;

type Entry<Info> = Judged & { info: Info; standing: Standing };
type Ranked<Info> = { entry: Entry<Info>; position: number | null; gap: Gap | null; interval: Gap | null };

/**
 * The board of a session out of what its entries are now; keeps nothing. `entries` in the order of the grid, all with
 * the same reference path; `nowMs` in the clock of their fixes.
 */
export function boardOf<Info>(
  facts: BoardFacts,
  entries: readonly { info: Info; view: EntryView }[],
  nowMs: number,
): Board<Info> {
  const all = entries.map(({ info, view }): Entry<Info> => {
    const finish = finishOf(view, facts.chequeredMs);
    return { info, view, finish, best: bestUntil(view, finish), standing: standingOf(view, finish) };
  });
  const bests = sessionBests(all);
  const ranked = facts.order === 'race' ? raceOrder(facts, all) : practiceOrder(all);
  const fastest = fastestReference(all);
  const lines = ranked.map((one) => lineOf(one, bests, fastest, nowMs));
  const holder = all.find(({ view }) => view === bests.lap?.by);
  return {
    lines,
    leaderLaps: lines[0]?.laps ?? 0,
    best: holder && bests.lap ? { info: holder.info, lap: bests.lap.lap } : null,
    bestSectorsMs: bests.sectors.map((held) => held?.best.timeMs ?? null),
  };
}

/** By distance from the green on; before it the grid stands. */
function raceOrder<Info>({ greenMs }: BoardFacts, all: readonly Entry<Info>[]): Ranked<Info>[] {
  if (greenMs === null) return all.map((entry) => ({ entry, position: null, gap: null, interval: null }));
  const order = all.toSorted((a, b) => byDistance(a.standing, b.standing));
  const [leader] = order;
  return order.map((entry, i) => {
    const ahead = order[i - 1];
    if (!entry.view.lastFix) return { entry, position: null, gap: null, interval: null };
    return {
      entry,
      position: i + 1,
      gap: leader && ahead ? gapBetween(leader.standing, entry.standing) : null,
      interval: ahead ? gapBetween(ahead.standing, entry.standing) : null,
    };
  });
}

/** By best lap, of equal ones who set it first; then, without a place, those who have none, by laps. */
function practiceOrder<Info>(all: readonly Entry<Info>[]): Ranked<Info>[] {
  const order = all.toSorted((a, b) => {
    if (a.best && b.best) return isFaster(a.best, b.best) ? -1 : isFaster(b.best, a.best) ? 1 : 0;
    if (a.best || b.best) return a.best ? -1 : 1;
    return lapsOf(b) - lapsOf(a);
  });
  const leader = order[0]?.best ?? null;
  return order.map((entry, i) => {
    const { best } = entry;
    const ahead = order[i - 1]?.best;
    if (!best || !leader || !ahead)
      return { entry, position: best ? i + 1 : null, gap: null, interval: null };
    const behind = (other: { timeMs: number }): Gap => ({
      ms: Math.round((best.timeMs - other.timeMs) * 1000) / 1000,
      laps: null,
    });
    return { entry, position: i + 1, gap: behind(leader), interval: behind(ahead) };
  });
}

const lapsOf = ({ view, finish }: Judged) => (finish ? finish.laps : view.lapsCompleted);

function lineOf<Info>(
  { entry, position, gap, interval }: Ranked<Info>,
  bests: SessionBests,
  fastest: ReferenceLap | null,
  nowMs: number,
): BoardLine<Info> {
  const { view, finish, info } = entry;
  const running = finish ? null : view.running;
  const state = stateOf(entry, nowMs);
  // Where a car is that sends nothing is not known: a delta of long ago would be read as one of now.
  const hasDelta = running !== null && state !== 'lost';
  const own = hasDelta ? view.deltaTo(view.reference) : null;
  const toSession = hasDelta ? (fastest === view.reference ? own : view.deltaTo(fastest)) : null;
  return {
    info,
    view,
    position,
    state,
    laps: lapsOf(entry),
    lapStartedMs: running && running.number > 0 ? running.startMs : null,
    last: colouredLap(lastLap(entry), entry, bests),
    best: colouredLap(entry.best, entry, bests),
    gap,
    interval,
    sectors: sectorCells(entry, bests),
    minis: miniLetters(entry, bests),
    deltaBestMs: own?.deltaMs ?? null,
    deltaSessionMs: toSession?.deltaMs ?? null,
    predictedMs: (own ?? toSession)?.predictedMs ?? null,
    lapPart: view.lapPart,
  };
}

function stateOf({ view, finish }: Judged, nowMs: number): BoardState {
  if (finish) return 'finished';
  const silentMs = view.lastFix ? nowMs - view.lastFix.timeMs : 0;
  if (silentMs > LOST_MS && silentMs > LOST_INTERVALS * (view.intervalMs || 0)) return 'lost';
  return view.state;
}

/** The fastest lap of all whose line is known. */
function fastestReference(all: readonly Judged[]): ReferenceLap | null {
  let fastest: ReferenceLap | null = null;
  for (const { view } of all) {
    const { reference } = view;
    if (reference && (!fastest || reference.timeMs < fastest.timeMs)) fastest = reference;
  }
  return fastest;
}
