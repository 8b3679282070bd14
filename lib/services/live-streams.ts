import { userIdOf } from '@/lib/auth/actor';
import type { LiveQuery } from '@/lib/contracts/live';
import { deviceOfEntry, watchedSession } from '@/lib/db/live-streams';
import { AppError, notFound } from '@/lib/errors';
import type { Asking } from './rights';
import { verb } from './verb';

/** How a caller sees a session live. */
export type LiveWatch = {
  sessionId: number;
  /** By how much everything comes late: what the caller asks for, at least the session's own delay for spectators. */
  delayS: number;
  follow: { entryId: number; deviceId: number } | null;
  /** It is not live (any more). */
  over: boolean;
};

/** What a caller may see of a live session, and how late; without an id of the newest one. */
export const watchLive = verb(
  'live.read',
  async (ctx, input: LiveQuery & { sessionId: number | null }): Promise<LiveWatch> => {
    const session = await watchedSession(ctx.db, input.sessionId);
    if (!session) throw input.sessionId === null ? nothingLive() : notFound(`session ${input.sessionId}`);
    const { id: sessionId, isLive, ownerId } = session;
    const follow = input.follow ?? null;
    const deviceId = follow === null ? null : await deviceOfEntry(ctx.db, sessionId, follow);
    if (follow !== null && deviceId === null) throw notFound(`entry ${follow} in session ${sessionId}`);
    return {
      sessionId,
      delayS: Math.max(input.delay_s, delayFor(ctx, ownerId, session.delayS)),
      follow: follow !== null && deviceId !== null ? { entryId: follow, deviceId } : null,
      over: !isLive,
    };
  },
);

/** By how much a caller sees a session late at least; seconds. Only its owner and level 2 see it as it happens. */
export function delayFor({ caller: { actor } }: Asking, ownerId: number | null, delayS: number): number {
  const isOwner = ownerId !== null && ownerId === userIdOf(actor);
  const level = actor.kind === 'system' ? 5 : actor.kind === 'nobody' ? 0 : actor.level;
  return isOwner || level >= 2 ? 0 : delayS;
}

const nothingLive = (): AppError =>
  new AppError('not_found', 404, 'No session is live. Open one, or name one by session_id.');
