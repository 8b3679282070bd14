import { type Sql, sqlState } from '@/lib/db/client';
import { type CommittedDevice, commitFixes, type FixesOfDevice } from '@/lib/db/ingest-rows';
import { isConnectionLoss, patiently } from '@/lib/db/patience';
import { AppError, messageOf, notFound } from '@/lib/errors';
import type { Bus } from './bus';
import {
  type CommittedFixes,
  FIXES_TOPIC,
  type IncomingFix,
  type IngestDevice,
  type Verdict,
} from './ingest';

/** Rows of one transaction: a short turn on the embedded database. */
export const ROWS_PER_COMMIT = 5_000;
/** So long a lost database is waited for. */
const OUTAGE_MS = 20_000;

/** Some fixes of one call, and where their verdicts go. */
type Waiting = {
  device: IngestDevice;
  fixes: IncomingFix[];
  done: (verdicts: Verdict[]) => void;
  failed: (error: unknown) => void;
};

export type GroupCommit = {
  /** At most ROWS_PER_COMMIT normalised fixes of a device; gives their verdicts when they are on disk. */
  add(device: IngestDevice, fixes: IncomingFix[]): Promise<Verdict[]>;
  /** Fixes that wait for their transaction. */
  waiting(): number;
  commits(): number;
  idle(): Promise<void>;
};

/**
 * Stores what comes while a transaction runs together in the next one; one begins as soon as none is in flight, so
 * there is no timer. Nothing is told to anybody before it is committed.
 */
export function openGroupCommit(options: {
  sql: Sql;
  bus: Bus;
  report: (line: string) => void;
  now: () => number;
}): GroupCommit {
  const { sql, bus, report, now } = options;
  let queue: Waiting[] = [];
  let running: Promise<void> | null = null;
  let waiting = 0;
  let commits = 0;

  const commit = async (batch: readonly Waiting[]): Promise<void> => {
    const groups = groupsOf(batch);
    try {
      const results = await patiently(() => again(() => commitFixes(sql, [...groups.values()])), OUTAGE_MS);
      commits++;
      const byDevice = new Map([...groups.keys()].map((id, index) => [id, results[index]]));
      const receivedAtMs = now();
      for (const [id, result] of byDevice) {
        const message = messageOfCommit(groups.get(id), result, receivedAtMs);
        if (message) bus.publish(FIXES_TOPIC, message);
      }
      answer(batch, byDevice);
    } catch (error) {
      if (batch.length > 1 && !isConnectionLoss(error)) {
        // Somebody's fixes cannot be stored; the others' can.
        for (const one of batch) await commit([one]);
        return;
      }
      report(`Fixes could not be stored: ${messageOf(error)}`);
      const told = isConnectionLoss(error) ? databaseAway() : error;
      for (const one of batch) one.failed(told);
    }
  };
  const flush = async (): Promise<void> => {
    while (queue.length > 0) {
      const batch = nextBatch(queue);
      queue = queue.slice(batch.length);
      await commit(batch);
      waiting -= rowsOf(batch);
    }
    running = null;
  };

  return {
    add: (device, fixes) =>
      new Promise((done, failed) => {
        queue.push({ device, fixes, done, failed });
        waiting += fixes.length;
        running ??= flush();
      }),
    waiting: () => waiting,
    commits: () => commits,
    async idle() {
      while (running) await running;
    },
  };
}

/** Of two transactions that wait for each other the database ends one, which may come again. */
async function again<T>(work: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await work();
    } catch (error) {
      if (attempt >= 5 || sqlState(error) !== '40P01') throw error;
    }
  }
}

function messageOfCommit(
  group: FixesOfDevice | undefined,
  result: CommittedDevice | undefined,
  receivedAtMs: number,
): CommittedFixes | null {
  if (!group || !result || result.gone || result.stored.length === 0) return null;
  const { id: deviceId, frame } = group.device;
  const { stored: fixes, storedTotal: stored, late } = result;
  return { deviceId, frame, fixes, stored, late, receivedAtMs };
}

const rowsOf = (batch: readonly Waiting[]): number => batch.reduce((sum, { fixes }) => sum + fixes.length, 0);

/** The first ones that fit into a transaction; at least one. */
function nextBatch(queue: readonly Waiting[]): Waiting[] {
  let rows = 0;
  let count = 0;
  for (const { fixes } of queue) {
    rows += fixes.length;
    if (count > 0 && rows > ROWS_PER_COMMIT) break;
    count++;
  }
  return queue.slice(0, count);
}

/** A device's fixes of several calls together, in the order of the calls. */
function groupsOf(batch: readonly Waiting[]): Map<number, FixesOfDevice> {
  const groups = new Map<number, FixesOfDevice>();
  for (const { device, fixes } of batch) {
    const group = groups.get(device.id);
    if (group) group.fixes.push(...fixes);
    else groups.set(device.id, { device, fixes: [...fixes] });
  }
  return groups;
}

function answer(batch: readonly Waiting[], results: ReadonlyMap<number, CommittedDevice | undefined>): void {
  const given = new Map<number, number>();
  for (const { device, fixes, done, failed } of batch) {
    const result = results.get(device.id);
    if (!result || result.gone) {
      failed(notFound(`device ${device.id}`));
      continue;
    }
    const from = given.get(device.id) ?? 0;
    given.set(device.id, from + fixes.length);
    done(result.verdicts.slice(from, from + fixes.length));
  }
}

const databaseAway = (): AppError =>
  new AppError(
    'database_away',
    503,
    'The database does not answer. Send these fixes again: those that were stored already are recognised.',
    [],
    { retryAfterS: 2 },
  );
