import { answerSeed } from '@/lib/api/seed-routes';

export const dynamic = 'force-dynamic';

const handler = (request: Request): Promise<Response> => answerSeed(request, ['redoc']);

export { handler as DELETE, handler as GET, handler as PATCH, handler as POST, handler as PUT };
