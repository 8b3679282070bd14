import { browserLogin } from '@/lib/api/browser-login';
import { answering } from '@/lib/api/route';

export const dynamic = 'force-dynamic';

type Context = { params: Promise<{ nextauth: string[] }> };

const handler = (request: Request, context: Context): Promise<Response> =>
  answering(request, (ctx) => browserLogin(ctx, request, context));

export { handler as DELETE, handler as GET, handler as PATCH, handler as POST, handler as PUT };
