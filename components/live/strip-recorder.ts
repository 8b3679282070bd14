import type { BoardRow, FollowedFixes } from '@/lib/contracts/live';

/** What is drawn of the followed entry: its fixes at their full rate, and the delta that the board calculates. */

export const SPEED = 'speed';
export const DELTA = 'delta';
export const ALTITUDE = 'altitude';

/** Long enough for two laps of a long track; a few megabytes at most. */
const KEPT_MS = 15 * 60_000;
const MOST_SAMPLES = 60_000;

export type StripRecorder = {
  take(fixes: FollowedFixes): void;
  /** The board's row of the followed entry; null = it is not there. */
  takeRow(row: BoardRow | null): void;
  /** Begins anew with an entry: another one, or the same at another time. */
  begin(entryId: number | null): void;
  subscribe(changed: () => void): () => void;
  /** What the car sends, in the order of its coming. */
  channels(): readonly string[];
  newestMs(): number | null;
  lap(): LapWindow;
  /** Values of channels between two instants: times in ms, and one list for each channel. */
  between(fromMs: number, toMs: number, channels: readonly string[]): Samples;
};

/** Where the running lap and the one before it began; null = not known. */
export type LapWindow = { startMs: number | null; lastStartMs: number | null };
type Samples = { timesMs: number[]; values: (number | null)[][] };

type Series = { timesMs: number[]; values: Map<string, (number | null)[]> };
const empty = (): Series => ({ timesMs: [], values: new Map() });

export function createStripRecorder(): StripRecorder {
  let entry: number | null = null;
  let fixes = empty();
  let deltas = empty();
  let lap: LapWindow = { startMs: null, lastStartMs: null };
  let names: readonly string[] = [];
  const listeners = new Set<() => void>();
  const changed = () => {
    for (const listener of listeners) listener();
  };
  return {
    take(message) {
      if (message.entry_id !== entry) return;
      for (const fix of message.fixes) if (addFix(fixes, fix)) names = [...fixes.values.keys()];
      trim(fixes);
      changed();
    },
    takeRow(row) {
      if (row === null || row.entry_id !== entry) return;
      const isNewLap = row.lap_started_ms !== lap.startMs;
      lap = {
        startMs: row.lap_started_ms,
        lastStartMs: row.lap_started_ms !== null && row.last ? row.lap_started_ms - row.last.time_ms : null,
      };
      if (row.fix_at_ms !== null && row.fix_at_ms > (deltas.timesMs.at(-1) ?? Number.NEGATIVE_INFINITY)) {
        // Between two laps the line is broken: the delta begins anew, perhaps against another best.
        add(deltas, row.fix_at_ms, { [DELTA]: isNewLap ? null : row.delta_best_ms });
        trim(deltas);
        changed();
      }
    },
    begin(entryId) {
      entry = entryId;
      fixes = empty();
      deltas = empty();
      lap = { startMs: null, lastStartMs: null };
      names = [];
      changed();
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    channels: () => names,
    newestMs: () => fixes.timesMs.at(-1) ?? deltas.timesMs.at(-1) ?? null,
    lap: () => lap,
    between(fromMs, toMs, channels) {
      const series = channels.includes(DELTA) ? deltas : fixes;
      const from = firstAt(series.timesMs, fromMs);
      const to = firstAt(series.timesMs, toMs + 0.001);
      const timesMs = series.timesMs.slice(from, to);
      return {
        timesMs,
        values: channels.map((name) => series.values.get(name)?.slice(from, to) ?? timesMs.map(() => null)),
      };
    },
  };
}

/** Whether the fix brought a channel that was not there before. */
function addFix(series: Series, [timeMs, , , speed, , altitude, attributes]: FollowedFixes['fixes'][number]) {
  // A stream that was cut and came back may tell the last fixes once more.
  if (timeMs <= (series.timesMs.at(-1) ?? Number.NEGATIVE_INFINITY)) return false;
  const values: Record<string, number | null> = { [SPEED]: speed };
  if (altitude !== null) values[ALTITUDE] = altitude;
  for (const [name, value] of Object.entries(attributes ?? {}))
    if (typeof value !== 'string') values[name] = Number(value);
  return add(series, timeMs, values);
}

function add(series: Series, timeMs: number, values: Readonly<Record<string, number | null>>): boolean {
  const known = series.values.size;
  for (const name of Object.keys(values))
    if (!series.values.has(name))
      series.values.set(
        name,
        series.timesMs.map(() => null),
      );
  series.timesMs.push(timeMs);
  for (const [name, list] of series.values) list.push(values[name] ?? null);
  return series.values.size > known;
}

function trim({ timesMs, values }: Series): void {
  const newest = timesMs.at(-1) ?? 0;
  const old = Math.max(firstAt(timesMs, newest - KEPT_MS), timesMs.length - MOST_SAMPLES);
  // Seldom and many at once: each cut moves all that stays.
  if (old < 500) return;
  timesMs.splice(0, old);
  for (const list of values.values()) list.splice(0, old);
}

/** The place of the first instant that is not before `atMs`; the length when all are. */
function firstAt(timesMs: readonly number[], atMs: number): number {
  let low = 0;
  let high = timesMs.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((timesMs[middle] ?? 0) < atMs) low = middle + 1;
    else high = middle;
  }
  return low;
}
