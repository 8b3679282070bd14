import { AppError } from '@/lib/errors';
import { runtime } from '@/lib/runtime';
import { updateDevice } from '@/lib/services/devices';
import { systemStatus } from '@/lib/services/status';
import { type SeedRoute, seedRoute } from './seed-route';

const seed = 'telemetron';

const statusRoute = seedRoute({
  seed,
  method: 'GET',
  path: '/api/status',
  successor: '/api/v1/status',
  action: systemStatus.action,
  async fn({ ctx }) {
    const now = await systemStatus(ctx, { facts: runtime().facts, nowMs: Date.now() });
    return {
      status: now.database.ok ? 'ok' : 'degraded',
      version: now.version,
      database: now.database.ok,
      redis: now.parts.redis,
      traccar: now.parts.traccar,
    };
  },
});

const helloRoute = seedRoute({
  seed,
  method: 'GET',
  path: '/api/hello',
  successor: '/api/v1/health',
  action: systemStatus.action,
  fn: async () => ({ message: 'hello world' }),
});

const updateDevicesRoute = seedRoute({
  seed,
  method: 'PUT',
  path: '/api/update_devices',
  successor: '/api/v1/devices',
  action: updateDevice.action,
  async fn() {
    throw new AppError(
      'not_configured',
      409,
      'This server has no connection to a Traccar server. Import the recordings as files: POST /api/v1/imports.',
    );
  },
});

/** What Telemetron says of itself, and its devices. */
export const SYSTEM: readonly SeedRoute[] = [statusRoute, helloRoute, updateDevicesRoute];
