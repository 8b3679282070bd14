import type { PartHealth, SystemDetail } from '@/lib/contracts/system';
import { countRuns, listRuns } from '@/lib/db/job-log';
import { databaseFacts } from '@/lib/db/system';
import { messageOf } from '@/lib/errors';
import type { Ingest } from '@/lib/live/ingest';
import { streamCounters } from '@/lib/live/stream-counters';
import { jobItemOf } from './job-list';
import type { ProcessFacts } from './status';
import { verb } from './verb';

/** What is asked of the machine, each by its own; a rejected promise is a part that is away. */
export type MachineProbes = {
  versions: { node: string; next: string };
  memory: SystemDetail['memory'];
  disk(): Promise<NonNullable<SystemDetail['disk']>>;
  uploads(): Promise<NonNullable<SystemDetail['uploads']>>;
  /** Null when no Redis is set. */
  redis: (() => Promise<unknown>) | null;
  /** Live sessions that this process times. */
  engines: number;
  settings: SystemDetail['settings'];
};

const LATEST_JOBS = 20;
/** A part that hangs must not hang the page that should say so. */
const ANSWER_WITHIN_MS = 3_000;
/** Below this the next upload is refused. */
const LOW_DISK_BYTES = 512 * 1024 * 1024;

/** How everything does, for administrators. Answers also while parts of it are away, and says which. */
export const getSystem = verb(
  'system.read',
  async (
    ctx,
    { facts, probe, nowMs }: { facts: ProcessFacts; probe: () => MachineProbes; nowMs: number },
  ): Promise<SystemDetail> => {
    const machine = probe();
    const [database, jobs, latest, redis, disk, uploads] = await Promise.all([
      asked(databaseFacts(ctx.db)),
      asked(countRuns(ctx.db)),
      asked(listRuns(ctx.db, LATEST_JOBS)),
      asked(machine.redis?.() ?? Promise.resolve(null)),
      asked(machine.disk()),
      asked(machine.uploads()),
    ]);
    return {
      parts: [
        databaseHealth(facts, database),
        redisHealth(machine, redis),
        queueHealth(jobs),
        diskHealth(disk),
        uploadsHealth(uploads),
        ...OFF.map((name): PartHealth => ({ name, state: 'off', words: 'not connected' })),
      ],
      versions: { pitwall: facts.version, ...machine.versions, postgresql: versionOf(database) },
      started_at: new Date(facts.startedAtMs).toISOString(),
      uptime_s: Math.round((nowMs - facts.startedAtMs) / 1000),
      memory: machine.memory,
      disk: disk.value,
      uploads: uploads.value,
      database_bytes: database.value?.bytes ?? null,
      live: liveFigures(machine.engines, ctx.ingest),
      jobs: jobs.value ?? {},
      latest_jobs: (latest.value ?? []).map(jobItemOf),
      settings: machine.settings,
    };
  },
);

function liveFigures(sessions: number, ingest: Ingest): SystemDetail['live'] {
  const { turnedAway, ...counters } = ingest.counters();
  const { open, ended } = streamCounters();
  return {
    sessions,
    ingest: { ...counters, turned_away: turnedAway },
    streams: { open, ended: { ...ended } },
  };
}

const OFF = ['Traccar', 'Live for Speed', 'Inngest'];

/** An answer, or why there is none. */
type Asked<T> = { value: T; fault: null } | { value: null; fault: string };

export async function asked<T>(wanted: Promise<T>): Promise<Asked<T>> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${ANSWER_WITHIN_MS} ms`)), ANSWER_WITHIN_MS);
  });
  try {
    return { value: await Promise.race([wanted, late]), fault: null };
  } catch (error) {
    return { value: null, fault: messageOf(error) };
  } finally {
    clearTimeout(timer);
  }
}

type DatabaseAnswer = Asked<Awaited<ReturnType<typeof databaseFacts>>>;

/** `18.1` out of `PostgreSQL 18.1 on x86_64 …`. */
function versionOf({ value }: DatabaseAnswer): string | null {
  return value ? (/PostgreSQL (\S+)/.exec(value.version)?.[1] ?? value.version) : null;
}

function databaseHealth(facts: ProcessFacts, answer: DatabaseAnswer): PartHealth {
  const kind = facts.databaseKind === 'embedded' ? 'built in' : 'PostgreSQL of DATABASE_URL';
  if (answer.value) return { name: 'Database', state: 'ok', words: kind };
  return { name: 'Database', state: 'failing', words: `${kind}: does not answer (${answer.fault})` };
}

function redisHealth(machine: MachineProbes, answer: Asked<unknown>): PartHealth {
  if (!machine.redis) return { name: 'Redis', state: 'off', words: 'not set: this server counts alone' };
  if (answer.fault === null) return { name: 'Redis', state: 'ok', words: 'answers' };
  const words = `does not answer (${answer.fault}): this server counts alone. Check REDIS_URL.`;
  return { name: 'Redis', state: 'failing', words };
}

function queueHealth(answer: Asked<Record<string, number>>): PartHealth {
  if (!answer.value) return { name: 'Jobs', state: 'failing', words: `not known (${answer.fault})` };
  const { queued = 0, running = 0, retrying = 0 } = answer.value;
  return { name: 'Jobs', state: 'ok', words: `${running} at work, ${queued} wait, ${retrying} try again` };
}

function diskHealth(answer: Asked<NonNullable<SystemDetail['disk']>>): PartHealth {
  if (!answer.value) return { name: 'Disk', state: 'failing', words: `cannot be read (${answer.fault})` };
  const isLow = answer.value.free_bytes < LOW_DISK_BYTES;
  const words = isLow ? 'almost full: free some of it, else uploads are refused' : 'has room';
  return { name: 'Disk', state: isLow ? 'failing' : 'ok', words };
}

function uploadsHealth(answer: Asked<NonNullable<SystemDetail['uploads']>>): PartHealth {
  if (!answer.value) return { name: 'Uploads', state: 'failing', words: `cannot be read (${answer.fault})` };
  return { name: 'Uploads', state: 'ok', words: `${answer.value.files} files kept` };
}
