import type { PositionList } from '@/lib/contracts/positions';
import type { TelemetryRange, TelemetryRangeQuery } from '@/lib/contracts/telemetry-range';
import { entriesOf } from '@/lib/db/sessions';
import { AppError, notFound } from '@/lib/errors';
import { listPositions } from './positions';
import { sessionOf } from './sessions';
import { verb } from './verb';

const DAY_MS = 24 * 3600 * 1000;

/**
 * What a session's devices sent within a window, as far as it lies in the session's. Throws an AppError 400 for a
 * window that is none or too long, 404 for a session or device that is not there.
 */
export const getTelemetryRange = verb(
  'device.read',
  async (ctx, input: TelemetryRangeQuery): Promise<TelemetryRange> => {
    const session = await sessionOf(ctx, input.session_id);
    const { id, fromUs, toUs } = session;
    const window = windowOf(input, { startMs: fromUs / 1000, endMs: toUs / 1000 });
    const entries = await entriesOf(ctx.db, id);
    const asked = entries.filter(({ deviceId }) => (input.device_id ?? deviceId) === deviceId);
    if (asked.length === 0 && input.device_id !== undefined)
      throw notFound(`device ${input.device_id} in session ${id}`);
    const points: TelemetryRange['points'] = [];
    let total = 0;
    if (window.from < window.to)
      for (const { deviceId } of asked) {
        const left = input.limit - points.length;
        const found: PositionList = await listPositions(ctx, {
          id: deviceId,
          ...window,
          limit: Math.max(1, left),
        });
        if (left > 0) points.push(...found.items.map((item) => ({ device_id: deviceId, ...item })));
        total += found.total;
      }
    return { session_id: id, ...window, points, count: points.length, total };
  },
);

function windowOf(
  { start_time: startMs, end_time: endMs }: TelemetryRangeQuery,
  session: { startMs: number; endMs: number },
): { from: string; to: string } {
  if (startMs >= endMs) throw fault('must lie after start_time');
  if (endMs - startMs > DAY_MS)
    throw fault('lies more than 24 hours after start_time: ask for less at a time');
  // The session's last fix may lie between two milliseconds.
  const from = Math.max(startMs, session.startMs);
  const to = Math.max(from, Math.min(endMs, Math.ceil(session.endMs)));
  return { from: new Date(from).toISOString(), to: new Date(to).toISOString() };
}

const fault = (message: string): AppError =>
  new AppError('bad_request', 400, `end_time: ${message}.`, [{ field: 'end_time', message }]);
