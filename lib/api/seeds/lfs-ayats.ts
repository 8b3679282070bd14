import { z } from 'zod';
import type { LapItem } from '@/lib/contracts/laps';
import { isAppError } from '@/lib/errors';
import type { ServiceContext } from '@/lib/services/context';
import { getLap } from '@/lib/services/lap-list';
import { getLapTrace } from '@/lib/services/laps';
import { getSessionLaps } from '@/lib/services/sessions';
import { systemStatus } from '@/lib/services/status';
import { lfsTelemetry } from './lfs-telemetry';
import { secondsOf } from './seconds';
import { wholeNumber } from './seed-body';
import { type SeedRoute, seedRoute } from './seed-route';

const seed = 'lfs-ayats';

/** A lap with its times in seconds; LFS-Ayats knows three sectors. */
function lapOf(lap: LapItem) {
  const sectorS = (number: number): number | null => {
    const timeMs = lap.sectors.find((sector) => sector.number === number)?.time_ms ?? null;
    return timeMs === null ? null : secondsOf(timeMs);
  };
  return {
    id: lap.id,
    session_id: lap.session_id,
    lap_number: lap.number,
    lap_time: secondsOf(lap.lap_time_ms),
    sector1_time: sectorS(1),
    sector2_time: sectorS(2),
    sector3_time: sectorS(3),
    valid: lap.class === 'complete',
  };
}

const sessionLapsRoute = seedRoute({
  seed,
  method: 'GET',
  path: '/api/v1/{id}/laps',
  successor: '/api/v1/sessions/{id}/laps',
  action: getSessionLaps.action,
  async fn({ ctx, id }) {
    const { items } = await getSessionLaps(ctx, { ref: id });
    // Its laps count from 1: what was driven before the first line is none.
    const laps = items.filter((lap) => lap.number > 0).map(lapOf);
    return { total: laps.length, items: laps };
  },
});

const lapRoute = seedRoute({
  seed,
  method: 'GET',
  path: '/api/v1/{id}',
  successor: '/api/v1/laps/{id}',
  action: getLap.action,
  fn: async ({ ctx, id }) => lapOf(await getLap(ctx, id)),
});

const telemetryRoute = seedRoute({
  seed,
  method: 'GET',
  path: '/api/v1/{id}/telemetry',
  successor: '/api/v1/laps/{id}/trace',
  action: getLapTrace.action,
  query: z.object({ sample_rate: wholeNumber(z.int().min(1).max(100)).optional() }),
  async fn({ ctx, id, query }) {
    await getLap(ctx, id);
    return lfsTelemetry(id, await traceOf(ctx, id), query.sample_rate ?? null);
  },
});

/** Null for a lap too short to have a trace. */
async function traceOf(ctx: ServiceContext, lapId: number) {
  try {
    return await getLapTrace(ctx, { id: lapId, deviceId: null });
  } catch (error) {
    if (isAppError(error) && error.code === 'not_found') return null;
    throw error;
  }
}

/** A page or document that moved; reading it needs no login. */
const moved = (path: string, successor: string): SeedRoute =>
  seedRoute({
    seed,
    method: 'GET',
    path,
    successor,
    action: systemStatus.action,
    fn: async () => new Response(null, { status: 308, headers: { Location: successor } }),
  });

/** LFS-Ayats' URLs; those that it shares with this API are no aliases. */
export const LFS_AYATS: readonly SeedRoute[] = [
  sessionLapsRoute,
  lapRoute,
  telemetryRoute,
  moved('/api/docs', '/docs'),
  moved('/api/redoc', '/docs'),
  moved('/redoc', '/docs'),
  moved('/api/openapi.json', '/api/v1/openapi.json'),
];
