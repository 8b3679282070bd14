import type { LogItem } from '@/lib/contracts/logs';
import { sessionsThatAre, tracksThatAre, usersThatAre } from '@/lib/db/log-targets';
import { verb } from './verb';

type Target = Pick<LogItem, 'target' | 'target_id'>;

/** Of what rows of the log are about, the sessions, tracks and accounts that are still there, as `session 7`. */
export const targetsThatAre = verb('log.list', async (ctx, items: readonly Target[]): Promise<string[]> => {
  const sessions = await sessionsThatAre(ctx.db, idsOf(items, 'session'));
  const tracks = await tracksThatAre(ctx.db, idsOf(items, 'track'));
  const users = await usersThatAre(ctx.db, idsOf(items, 'user'));
  return [
    ...sessions.map((id) => `session ${id}`),
    ...tracks.map((id) => `track ${id}`),
    ...users.map((id) => `user ${id}`),
  ];
});

function idsOf(items: readonly Target[], noun: string): number[] {
  const ids = items.flatMap(({ target, target_id }) =>
    target === noun && /^\d{1,9}$/.test(target_id ?? '') ? [Number(target_id)] : [],
  );
  return [...new Set(ids)];
}
