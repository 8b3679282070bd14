import { labelOf } from '@/lib/contracts/labels';
import type { BoardSession, LiveBoardPage, LiveSession } from '@/lib/contracts/live';
import { knownTrack } from '@/lib/db/known-tracks';
import { listLiveRows, liveRow, marksOf } from '@/lib/db/live-sessions';
import { trackById } from '@/lib/db/tracks';
import { AppError } from '@/lib/errors';
import { boardSessionOf } from '@/lib/live/engine/board-session';
import { isoOf, isoOfUs, roundedOrNull } from './instants';
import { delayFor } from './live-streams';
import { mayWith } from './rights';
import { seenSession } from './sessions';
import { trackShapeOf } from './tracks';
import { verb } from './verb';

/** The open sessions, newest first. */
export const listLive = verb(
  'live.list',
  async (ctx, _: undefined): Promise<{ items: LiveSession[]; total: number; next: null }> => {
    const rows = await listLiveRows(ctx.db);
    const items = rows.map((row): LiveSession => {
      const { best_number: number, best_driver: driver, best_device } = row;
      const delayS = delayFor(ctx, row.owner_id, row.delay_s);
      const status = delayS > 0 ? row.late_status : row.status;
      return {
        session_id: row.id,
        name: row.name,
        kind: row.kind,
        track: row.track_id === null ? null : { id: row.track_id, name: row.track_name ?? '' },
        status: status === null || status === 'note' ? 'waiting' : status,
        opened_by: row.opened_by,
        started_at: isoOfUs(Number(row.from_us)),
        simulated: row.simulated,
        delay_s: row.delay_s,
        entries: row.entries,
        laps: row.laps,
        last_fix_at: row.last_us === null ? null : isoOfUs(Number(row.last_us) - delayS * 1e6),
        best_ms: roundedOrNull(row.best_ms),
        best_label: best_device === null ? null : labelOf({ number, driver, device_name: best_device }),
        mine: mayWith(ctx, 'live.update', row.owner_id),
      };
    });
    return { items, total: items.length, next: null };
  },
);

/** What the page of a live session begins with. Throws an AppError 404, or 409 `closed` for one that never was live. */
export const liveBoard = verb('live.read', async (ctx, sessionId: number): Promise<LiveBoardPage> => {
  const session = await seenSession(ctx, sessionId);
  const live = await liveRow(ctx.db, sessionId);
  if (!live) throw new AppError('closed', 409, `Session ${sessionId} is not live.`);
  const row = session.trackId === null ? null : await trackById(ctx.db, session.trackId);
  const delayS = delayFor(ctx, session.ownerId, live.delayS);
  const seenBefore = new Date(Date.now() - delayS * 1000).toISOString();
  const marks = (await marksOf(ctx.db, sessionId)).filter(
    ({ createdAt }) => delayS === 0 || isoOf(createdAt) <= seenBefore,
  );
  const facts: BoardSession = boardSessionOf({ session, live, track: row ? knownTrack(row) : null, marks });
  const mine = mayWith(ctx, 'live.update', session.ownerId);
  return {
    session: facts,
    track: row ? trackShapeOf(row) : null,
    mine,
    delay_s: live.delayS,
  };
});
