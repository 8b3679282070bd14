import { NextRequest } from 'next/server';
import { answerBrowserLogin, type BrowserLogin } from '@/lib/auth/next-auth';
import { loginInput } from '@/lib/contracts/people';
import { AppError, isAppError } from '@/lib/errors';
import { authenticate } from '@/lib/services/authenticate';
import type { ServiceContext } from '@/lib/services/context';
import { login, logout } from '@/lib/services/login';
import { parseJson, readBytes } from './body';
import { parseShape } from './parse';
import { stampOf } from './request-stamp';
import { SESSION_COOKIES } from './session-cookie';

type Context = { params: Promise<{ nextauth: string[] }> };

/** Of next-auth's paths those that a login page needs, with their methods. */
const PATHS = new Map([
  ['csrf', ['GET']],
  ['session', ['GET']],
  ['providers', ['GET']],
  ['error', ['GET']],
  ['signin', ['GET', 'POST']],
  ['signin/credentials', ['GET', 'POST']],
  ['signout', ['GET', 'POST']],
  // A password in a query would stand in the browser's history.
  ['callback/credentials', ['POST']],
]);

/** Answers /api/auth/* for a browser: login and logout by cookie. */
export async function browserLogin(
  ctx: ServiceContext,
  request: Request,
  context: Context,
): Promise<Response> {
  const method = request.method === 'HEAD' ? 'GET' : request.method;
  checkPath((await context.params).nextauth.join('/'), method);
  const { scheme } = stampOf(request.headers);
  // next-auth reads a body of any length, and fails at one that is no JSON.
  const body = method === 'POST' ? await readBytes(request) : null;
  const { url, headers } = request;
  if (body && /json/i.test(headers.get('content-type') ?? '')) parseJson(body);
  const bounded = new NextRequest(url, { method, headers, ...(body && { body: new Uint8Array(body) }) });
  const answer = await answerBrowserLogin(bounded, context, {
    signer: ctx.auth.signer,
    csrfSecret: ctx.auth.csrfSecret,
    isSecure: scheme === 'https',
    cookieName: SESSION_COOKIES[scheme],
    login: (fields) => loginOf(ctx, fields),
    nameOf: async (token) => {
      const actor = await authenticate(ctx, { authorization: null, cookie: token });
      return actor.kind === 'user' ? actor.username : null;
    },
    logout: async () => {
      if (ctx.caller.actor.kind === 'user') await logout(ctx, undefined);
    },
    report: ctx.report,
  });
  return ledByPath(answer);
}

function checkPath(path: string, method: string): void {
  const methods = PATHS.get(path);
  if (!methods) throw new AppError('not_found', 404, 'There is no such path under /api/auth.');
  if (methods.includes(method)) return;
  const allowed = methods.join(', ');
  throw new AppError('method_not_allowed', 405, `This path takes ${allowed}.`, [], {
    headers: { Allow: allowed },
  });
}

/** next-auth takes this server for localhost:3000. Browsers are led by a path, never by one that reads as a host. */
export function ledByPath(answer: Response): Response {
  const location = answer.headers.get('location');
  if (location === null || !URL.canParse(location)) return answer;
  const { pathname, search, hash } = new URL(location);
  answer.headers.set('location', `/${pathname.replace(/^\/+/, '')}${search}${hash}`);
  return answer;
}

async function loginOf(
  ctx: ServiceContext,
  fields: Readonly<Record<string, string | undefined>>,
): Promise<BrowserLogin> {
  try {
    const given = Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== ''));
    const input = parseShape('body', loginInput, given);
    const { user, jti, expires_at } = await login(ctx, { ...input, browser: true });
    return { userId: user.id, username: user.username, jti, expiresAtS: Date.parse(expires_at) / 1000 };
  } catch (error) {
    throw new Error(JSON.stringify(wordsOf(error, ctx)));
  }
}

/** The refusal as next-auth carries it to the login page: in the query of the address that it answers with. */
function wordsOf(error: unknown, ctx: ServiceContext) {
  if (isAppError(error)) {
    const { code, message, errors = [], more } = error;
    return {
      error: code,
      message,
      errors,
      captcha_required: more.captchaRequired ?? false,
      retry_after_s: more.retryAfterS ?? null,
    };
  }
  ctx.report(`A login failed: ${error instanceof Error ? error.message : String(error)}`);
  return { error: 'internal', message: 'The server failed. Try again.', errors: [] };
}
