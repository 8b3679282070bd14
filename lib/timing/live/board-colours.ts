import { better, mayBeBest, partTimesMs } from './entry-bests';
import type { Finish } from './race-order';
import type { Best, ClosedLap, Colour, ColouredLap, EntryView, Passages, SectorCell } from './types';

/** An entry as far as its laps count: none after the chequered flag. */
export type Judged = { view: EntryView; finish: Finish | null; best: ClosedLap | null };

type Held = { best: Best; by: EntryView };
/** The best of all entries, and whose each is. */
export type SessionBests = {
  lap: { lap: ClosedLap; by: EntryView } | null;
  sectors: readonly (Held | null)[];
  minis: readonly (Held | null)[];
};

/** The best lap of an entry, none of those after its finish. */
export function bestUntil(view: EntryView, finish: Finish | null): ClosedLap | null {
  const { best } = view;
  if (!finish || !best || best.number <= finish.lap.number) return best;
  const counted = view.laps.filter((lap) => lap.number <= finish.lap.number && mayBeBest(lap));
  return counted.reduce<ClosedLap | null>((a, b) => (a && a.timeMs <= b.timeMs ? a : b), null);
}

/** Of equal laps the one that was set first. */
export function isFaster(a: ClosedLap, b: ClosedLap): boolean {
  return a.timeMs < b.timeMs || (a.timeMs === b.timeMs && a.endMs < b.endMs);
}

export function sessionBests(entries: readonly Judged[]): SessionBests {
  let lap: SessionBests['lap'] = null;
  const sectors: (Held | null)[] = [];
  const minis: (Held | null)[] = [];
  for (const entry of entries) {
    const { view, best } = entry;
    if (best && (!lap || isFaster(best, lap.lap))) lap = { lap: best, by: view };
    hold(sectors, view.bestSectors, entry);
    hold(minis, view.bestMinis, entry);
  }
  return { lap, sectors, minis };
}

function hold(held: (Held | null)[], bests: readonly (Best | null)[], { view, finish }: Judged): void {
  for (let i = 0; i < bests.length; i++) {
    const best = bests[i] ?? null;
    const before = held[i] ?? null;
    const counts = best && (!finish || best.lap <= finish.lap.number);
    held[i] = counts && better(before?.best ?? null, best) === best ? { best, by: view } : before;
  }
}

/** A lap with the colour of its time. */
export function colouredLap(lap: ClosedLap | null, entry: Judged, bests: SessionBests): ColouredLap | null {
  if (!lap) return null;
  if (!mayBeBest(lap)) return { lap, colour: 'none' };
  if (entry.best?.number !== lap.number) return { lap, colour: 'slower' };
  return { lap, colour: bests.lap?.by === entry.view ? 'session' : 'personal' };
}

/** The lap shown as the last one; what ended with a race's green was none. */
export function lastLap({ view, finish }: Judged): ClosedLap | null {
  const lap = finish ? finish.lap : (view.laps[view.laps.length - 1] ?? null);
  return lap && lap.number === 0 && !lap.crossed ? null : lap;
}

/** Sectors of the running lap as far as they are driven, from there on those of the last lap. */
export function sectorCells(entry: Judged, bests: SessionBests): SectorCell[] {
  const running = entry.finish ? null : entry.view.running;
  const last = lastLap(entry);
  const count = Math.max(running?.sectorsMs.length ?? 0, last?.sectorsMs.length ?? 0);
  const cells: SectorCell[] = [];
  for (let i = 0; i < count; i++) {
    const runningMs = running?.sectorsMs[i] ?? null;
    const old = runningMs === null;
    const timeMs = runningMs ?? last?.sectorsMs[i] ?? null;
    const lap = old ? last : running;
    const counts = old ? last !== null && mayBeBest(last) : (running?.counts ?? false);
    const colour =
      timeMs !== null && counts && lap
        ? colourOf(entry.view, bests.sectors[i], entry.view.bestSectors[i], lap.number)
        : 'none';
    cells.push({ timeMs, colour, old });
  }
  return cells;
}

const LETTERS: Record<Colour, string> = { session: 'b', personal: 'p', slower: 's', none: '-' };

/** One letter for each mini-sector of the running lap, of the last one after the flag. */
export function miniLetters(entry: Judged, bests: SessionBests): string {
  const { view, finish } = entry;
  if (!view.hasMinis) return '';
  const running = finish ? null : view.running;
  const number = finish ? finish.lap.number : running?.number;
  const passages = view.passages.find((one) => one.lap === number);
  if (!passages || number === undefined) return '.'.repeat(view.parts);
  const counts = finish ? mayBeBest(finish.lap) : (running?.counts ?? false);
  return lettersOf(passages, (part) =>
    counts ? colourOf(view, bests.minis[part], view.bestMinis[part], number) : 'none',
  );
}

function lettersOf(passages: Passages, colour: (part: number) => Colour): string {
  let letters = '';
  const times = partTimesMs(passages);
  for (let part = 0; part < times.length; part++) {
    if (part >= passages.passed) letters += '.';
    else letters += times[part] === null ? '-' : LETTERS[colour(part)];
  }
  return letters;
}

function colourOf(
  view: EntryView,
  held: Held | null | undefined,
  own: Best | null | undefined,
  lap: number,
): Colour {
  if (held?.by === view && held.best.lap === lap) return 'session';
  return own?.lap === lap ? 'personal' : 'slower';
}
