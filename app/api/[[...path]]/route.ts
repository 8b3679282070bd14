import { seedHandler } from '@/lib/api/seed-routes';

export const dynamic = 'force-dynamic';

const handler = seedHandler('api');

export { handler as DELETE, handler as GET, handler as PATCH, handler as POST, handler as PUT };
