import { systemStatus } from '@/lib/services/status';
import { type SeedRoute, seedRoute } from './seed-route';

const seed = 'lfs-ayats';

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
  moved('/api/docs', '/docs'),
  moved('/api/redoc', '/docs'),
  moved('/redoc', '/docs'),
  moved('/api/openapi.json', '/api/v1/openapi.json'),
];
