import { userIdOf } from '@/lib/auth/actor';
import type { SessionCreate, SessionCreated } from '@/lib/contracts/sessions';
import { type Db, inTransaction } from '@/lib/db/client';
import { lockUntilEnd } from '@/lib/db/locks';
import { fixCounts } from '@/lib/db/positions';
import { insertSession, publishSessions, sessionByWindow } from '@/lib/db/sessions';
import { AppError } from '@/lib/errors';
import { audit } from './audit';
import type { ServiceContext } from './context';
import { devicesToEnter, requireFrame } from './entered-devices';
import { verb } from './verb';

const DAY_US = 24 * 3600 * 1e6;

/**
 * Makes a session out of what devices have sent in a window [from, to) on a track, and has it timed. The same devices,
 * track and window again are the session that is there. Throws an AppError 400 for a window that is none, 404 for an
 * unknown track or device, 403 for a device of somebody else's, 409 `frame`, 422 `no_fixes`.
 */
export const createSession = verb(
  'session.create',
  async (ctx, input: SessionCreate): Promise<SessionCreated> => {
    const window = windowOf(input);
    const asked = [...new Set(input.device_ids)].sort((a, b) => a - b);
    const devices = await devicesToEnter(ctx, 'session.create', asked);
    await requireFrame(ctx.db, input.track_id, devices);
    const ids = devices.map((device) => device.id);
    const windowKey = [input.track_id, window.fromUs, window.toUs, ...ids].join(' ');
    return inTransaction(ctx.db, async (tx) => {
      await lockUntilEnd(tx, `window ${windowKey}`);
      const known = await sessionByWindow(tx, windowKey);
      if (known !== null) return { session_id: known, job_id: null, made: false };
      const id = await store(tx, ctx, input, { ...window, windowKey }, ids);
      const [run] = await ctx.queue.send({ name: 'session/recompute', data: { session_id: id } }, tx);
      const details = { devices: ids, track: input.track_id, from: input.from, to: input.to };
      const target = { noun: 'session', id, name: input.name };
      await audit(tx, ctx, { action: 'session.create', target, details });
      return { session_id: id, job_id: run?.id ?? null, made: true };
    });
  },
);

function windowOf({ from, to }: SessionCreate): { fromUs: number; toUs: number } {
  const [fromUs, toUs] = [Date.parse(from) * 1000, Date.parse(to) * 1000];
  const fault = (field: string, message: string) =>
    new AppError('bad_request', 400, `${field}: ${message}`, [{ field, message }]);
  if (fromUs >= toUs) throw fault('to', 'must lie after from');
  if (toUs - fromUs > DAY_US) throw fault('to', 'must lie within 24 hours of from');
  return { fromUs, toUs };
}

async function store(
  tx: Db,
  ctx: ServiceContext,
  input: SessionCreate,
  window: { fromUs: number; toUs: number; windowKey: string },
  deviceIds: readonly number[],
): Promise<number> {
  const counted = await fixCounts(tx, deviceIds, window.fromUs, window.toUs);
  if (counted.every(({ fixes }) => fixes === 0))
    throw new AppError('no_fixes', 422, 'None of these devices has sent a position in this window.');
  const session = {
    name: input.name,
    trackId: input.track_id,
    kind: input.kind,
    ...window,
    timeBasis: 'utc' as const,
    ownerId: userIdOf(ctx.caller.actor),
    notes: [],
  };
  const id = await insertSession(tx, session, counted);
  await publishSessions(tx, [id]);
  return id;
}
