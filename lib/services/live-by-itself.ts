import { inTransaction } from '@/lib/db/client';
import { devicesById } from '@/lib/db/devices';
import { devicesInOpenSessions } from '@/lib/db/entry-devices';
import * as store from '@/lib/db/live-sessions';
import { lockUntilEnd } from '@/lib/db/locks';
import { trackById } from '@/lib/db/tracks';
import type { OpenItself } from '@/lib/live/engine/track-watch';
import { audit } from './audit';
import type { ServiceContext } from './context';
import { storeLive, tellEngine } from './live-sessions';

/**
 * Enters a device that drives on a known track into the session that is open there, or opens one that began when the
 * device came. Whoever did so meanwhile was first.
 */
export async function openByItself(
  ctx: Pick<ServiceContext, 'db' | 'bus' | 'caller'>,
  { trackId, deviceId, fromUs }: Parameters<OpenItself>[0],
): Promise<void> {
  const sessionId = await inTransaction(ctx.db, async (tx) => {
    await lockUntilEnd(tx, 'live devices');
    const [track, [device], known] = [
      await trackById(tx, trackId),
      await devicesById(tx, [deviceId]),
      (await devicesInOpenSessions(tx)).get(deviceId) ?? null,
    ];
    if (!track || !device || known !== null) return null;
    const open = await store.openSessionOnTrack(tx, trackId);
    // Held until the entry is in: somebody may be about to close it.
    if (open !== null && (await store.holdOpen(tx, open))) {
      await store.addEntryRow(tx, { sessionId: open, deviceId });
      const target = { noun: 'session', id: open, name: track.name };
      await audit(tx, ctx, { action: 'live.enter', target, details: { device: device.name, by: 'itself' } });
      return open;
    }
    const day = new Date(fromUs / 1000).toISOString().slice(0, 16).replace('T', ' ');
    const name = `${track.name} ${day} UTC`;
    const session = { name, kind: 'practice' as const, trackId, fromUs, ownerId: device.ownerId };
    const live = { openedBy: 'itself' as const, delayS: 0, lapsTarget: null, durationTargetMs: null };
    return storeLive(tx, ctx, session, [{ deviceId }], live, { device: device.name, by: 'itself' });
  });
  if (sessionId !== null) tellEngine(ctx, sessionId);
}
