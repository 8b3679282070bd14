import type { JobItem } from '@/lib/contracts/system';
import { lastRunOf } from '@/lib/db/job-log';
import { seenSession } from './sessions';
import { verb } from './verb';

/** How the timing of a session out of stored fixes stands; `error` says why it failed. */
export type SessionTiming = {
  status: JobItem['status'];
  /** Whether nothing more will come of it. */
  isOver: boolean;
  error: string | null;
};

/** How a session's newest timing stands; one that was never asked for is done. */
export const sessionTiming = verb('session.read', async (ctx, id: number): Promise<SessionTiming> => {
  await seenSession(ctx, id);
  const run = await lastRunOf(ctx.db, 'recompute-session', String(id));
  const { status, error } = run ?? { status: 'done', error: null };
  return { status, error, isOver: ['done', 'failed', 'cancelled'].includes(status) };
});
