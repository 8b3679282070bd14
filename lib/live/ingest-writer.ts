import type { Sql } from '@/lib/db/client';
import { isConnectionLoss } from '@/lib/db/patience';
import { countRefused } from '@/lib/db/refused-fixes';
import { AppError, messageOf } from '@/lib/errors';
import { faultOfPlace, normaliseFix, quantiseTime } from '@/lib/timing/normalise';
import type { Bus } from './bus';
import { fixAllowance } from './fix-allowance';
import { openGroupCommit, ROWS_PER_COMMIT } from './group-commit';
import type { IncomingFix, Ingest, IngestCounters, IngestDevice, Verdict } from './ingest';

export type IngestOptions = {
  sql: Sql;
  bus: Bus;
  report: (line: string) => void;
  /** Epoch milliseconds. */
  now?: () => number;
  /** Fixes that may wait to be committed; more are turned away. Default 100,000. */
  mostWaiting?: number;
  /** Fixes a second and device, on the long run; 0 = as many as it likes. Default 2,000. */
  fixesPerSecond?: number;
};

/** A clock that is further ahead of ours is wrong. */
const FUTURE_MS = 60_000;
/** How often counts that belong to no commit are written. */
const REFUSED_EVERY_MS = 2_000;

type Counts = Omit<IngestCounters, 'waiting' | 'commits'>;

/** The one way in: judges each fix, holds back who sends too much, and has the rest committed together. */
export function openIngest(options: IngestOptions): Ingest {
  const { sql, bus, report, now = Date.now, mostWaiting = 100_000 } = options;
  const allowance = fixAllowance(options.fixesPerSecond ?? 2_000, now);
  const commits = openGroupCommit({ sql, bus, report, now });
  const counts: Counts = { taken: 0, stored: 0, duplicates: 0, refused: {}, turnedAway: 0 };
  const refusals = refusalCounts(options, counts);

  const admit = (device: IngestDevice, fixes: number): void => {
    const waiting = commits.waiting();
    const isFull = waiting > 0 && waiting + fixes > mostWaiting;
    const waitS = isFull ? 1 : allowance.waitS(device.id, fixes);
    if (waitS === 0) return;
    counts.turnedAway++;
    throw busy(
      waitS,
      isFull
        ? 'More fixes wait to be stored than this server can hold.'
        : `Device ${device.id} sends more fixes a second than it may.`,
    );
  };
  const store = async (device: IngestDevice, fixes: IncomingFix[]): Promise<Verdict[]> => {
    const pieces: Promise<Verdict[]>[] = [];
    for (let at = 0; at < fixes.length; at += ROWS_PER_COMMIT)
      pieces.push(commits.add(device, fixes.slice(at, at + ROWS_PER_COMMIT)));
    return (await Promise.all(pieces)).flat();
  };

  return {
    async take(device, fixes) {
      admit(device, fixes.length);
      counts.taken += fixes.length;
      const judged = fixes.map((fix) => judge(device, fix, now()));
      const stored = await store(
        device,
        judged.flatMap((one) => (typeof one === 'string' ? [] : one)),
      );
      for (const verdict of stored) count(counts, verdict);
      let next = 0;
      return judged.map((one): Verdict => {
        if (typeof one !== 'string') return stored[next++] ?? 'duplicate';
        refusals.add(device.id, one, 1);
        return one;
      });
    },
    refuse: refusals.add,
    counters: () => ({
      ...counts,
      refused: { ...counts.refused },
      waiting: commits.waiting(),
      commits: commits.commits(),
    }),
    async drain() {
      await commits.idle();
      await refusals.write();
    },
  };
}

function count(counts: Counts, verdict: Verdict): void {
  if (verdict === 'stored') counts.stored++;
  else if (verdict === 'duplicate') counts.duplicates++;
  else counts.refused[verdict] = (counts.refused[verdict] ?? 0) + 1;
}

/** The fix as it will be stored, or why it cannot be. */
function judge(device: IngestDevice, fix: IncomingFix, nowMs: number): IncomingFix | Verdict {
  const timeMs = quantiseTime(fix.timeMs);
  const fault = faultOfPlace(device.frame, timeMs, fix.x, fix.y);
  if (fault === 'not_finite' || fault === 'out_of_range' || fault === 'null_island') return fault;
  if (device.wallClock && timeMs > nowMs + FUTURE_MS) return 'future';
  return { ...normaliseFix(fix), attributes: fix.attributes };
}

/** Counts of what never reaches a commit; written from time to time, so that nonsense costs no transaction each. */
function refusalCounts({ sql, report }: IngestOptions, counts: Counts) {
  let due = new Map<number, Record<string, number>>();
  let timer: NodeJS.Timeout | null = null;
  const write = async (): Promise<void> => {
    if (timer) clearTimeout(timer);
    timer = null;
    const written = due;
    due = new Map();
    if (written.size === 0) return;
    try {
      await countRefused(sql, written);
    } catch (error) {
      // While the database is away they wait for the next time.
      if (!isConnectionLoss(error)) throw error;
      for (const [id, reasons] of written)
        for (const [reason, count] of Object.entries(reasons)) note(id, reason, count);
    }
  };
  const note = (deviceId: number, reason: string, count: number): void => {
    const own = due.get(deviceId) ?? {};
    own[reason] = (own[reason] ?? 0) + count;
    due.set(deviceId, own);
    if (timer) return;
    timer = setTimeout(() => {
      write().catch((error: unknown) => report(`Refused fixes were not counted: ${messageOf(error)}`));
    }, REFUSED_EVERY_MS);
    timer.unref();
  };
  const add = (deviceId: number, reason: string, count: number): void => {
    counts.refused[reason] = (counts.refused[reason] ?? 0) + count;
    note(deviceId, reason, count);
  };
  return { add, write };
}

const busy = (retryAfterS: number, what: string): AppError =>
  new AppError('busy', 429, `${what} Send the whole request again in ${retryAfterS} s.`, [], {
    retryAfterS,
  });
