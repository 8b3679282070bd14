import type { Health } from '@/lib/contracts/system';
import { ping } from '@/lib/db/system';
import type { ProcessFacts } from './status';
import { asked } from './system';
import { verb } from './verb';

/** Whether the server can do its work, for whatever restarts it or sends it requests. It counts nothing. */
export const getHealth = verb(
  'status.read',
  async (ctx, { facts, nowMs }: { facts: ProcessFacts; nowMs: number }): Promise<Health> => {
    const { fault } = await asked(ping(ctx.db));
    if (fault !== null) ctx.report(`The database does not answer: ${fault}`);
    return {
      status: fault === null ? 'healthy' : 'unhealthy',
      version: facts.version,
      uptime_s: Math.round((nowMs - facts.startedAtMs) / 1000),
      database: { kind: facts.databaseKind, ok: fault === null },
    };
  },
);
