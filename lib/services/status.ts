import type { SystemStatus } from '@/lib/contracts/system';
import { countRuns } from '@/lib/db/job-log';
import { countAll } from '@/lib/db/session-list';
import { messageOf } from '@/lib/errors';
import type { ServiceContext } from './context';
import { verb } from './verb';

/** What the process knows of itself. */
export type ProcessFacts = {
  version: string;
  startedAtMs: number;
  databaseKind: 'embedded' | 'postgresql';
  /** Who can reach the server. */
  reach: 'loopback' | 'network';
  /** Whether a Redis is set. */
  redis: boolean;
};

/** How the system does. Answers also while the database is away, and says so. */
export const systemStatus = verb(
  'status.read',
  async (ctx, { facts, nowMs }: { facts: ProcessFacts; nowMs: number }): Promise<SystemStatus> => {
    const counted = await countNow(ctx);
    return {
      name: 'Pitwall',
      version: facts.version,
      started_at: new Date(facts.startedAtMs).toISOString(),
      uptime_s: Math.round((nowMs - facts.startedAtMs) / 1000),
      reach: facts.reach,
      database: { kind: facts.databaseKind, ok: counted !== null },
      parts: { redis: facts.redis, inngest: false, traccar: false, insim: false },
      sessions_count: counted?.sessions ?? 0,
      laps_count: counted?.laps ?? 0,
      fixes_count: counted?.fixes ?? 0,
      jobs: counted?.jobs ?? {},
    };
  },
);

async function countNow(ctx: Pick<ServiceContext, 'db' | 'report'>) {
  try {
    return { ...(await countAll(ctx.db)), jobs: await countRuns(ctx.db) };
  } catch (error) {
    ctx.report(`The status cannot reach the database: ${messageOf(error)}`);
    return null;
  }
}
