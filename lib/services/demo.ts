import { userIdOf } from '@/lib/auth/actor';
import { inTransaction } from '@/lib/db/client';
import { countAll } from '@/lib/db/session-list';
import { forget, keepOnce } from '@/lib/db/settings';
import { audit } from './audit';
import type { ServiceContext } from './context';
import { verb } from './verb';

const DAY_MS = 24 * 3600 * 1000;
const HOUR_MS = 3600 * 1000;

/** Asks for the demo's session; it appears when its job is done. The same `key` makes it once. */
export const createDemo = verb(
  'demo.create',
  async (ctx, input: { key: string; nowMs: number }): Promise<{ job_id: number | null }> => {
    const startMs = Math.floor((input.nowMs - DAY_MS) / HOUR_MS) * HOUR_MS;
    const demo = `demo-${input.key}`;
    const [run] = await inTransaction(ctx.db, async (tx) => {
      await audit(tx, ctx, { action: 'demo.create', target: { noun: 'demo', id: demo } });
      const data = { demo, start_ms: startMs, owner_id: userIdOf(ctx.caller.actor) };
      return ctx.queue.send({ id: demo, name: 'demo/wanted', data }, tx);
    });
    return { job_id: run?.id ?? null };
  },
);

/** At the first start with an empty database the demo is made; never again by itself. */
export async function createFirstDemo(ctx: ServiceContext, nowMs: number): Promise<void> {
  const { sessions } = await countAll(ctx.db);
  if (!(await keepOnce(ctx.db, 'first-start', { at: new Date(nowMs).toISOString() }))) return;
  if (sessions > 0) return;
  try {
    await createDemo(ctx, { key: 'first', nowMs });
  } catch (error) {
    await forget(ctx.db, 'first-start');
    throw error;
  }
}
