import { NextRequest } from 'next/server';
import { answerBrowserLogin, type BrowserLogin } from '@/lib/auth/next-auth';
import { loginInput } from '@/lib/contracts/people';
import { AppError, isAppError } from '@/lib/errors';
import { authenticate } from '@/lib/services/authenticate';
import type { ServiceContext } from '@/lib/services/context';
import { login, logout } from '@/lib/services/login';
import { readBytes } from './body';
import { parseShape } from './parse';
import { stampOf } from './request-stamp';
import { SESSION_COOKIES } from './session-cookie';

type Context = { params: Promise<{ nextauth: string[] }> };

/** Of next-auth's paths those that a login page needs. */
const ACTIONS = new Set(['csrf', 'session', 'providers', 'callback', 'signin', 'signout', 'error']);

/** Answers /api/auth/* for a browser: login and logout by cookie. */
export async function browserLogin(
  ctx: ServiceContext,
  request: Request,
  context: Context,
): Promise<Response> {
  const { nextauth } = await context.params;
  if (!ACTIONS.has(nextauth[0] ?? ''))
    throw new AppError('not_found', 404, 'There is no such path under /api/auth.');
  const { scheme } = stampOf(request.headers);
  // next-auth reads a body of any length.
  const body = request.method === 'POST' ? await readBytes(request) : null;
  const { url, method, headers } = request;
  const bounded = new NextRequest(url, { method, headers, ...(body && { body: new Uint8Array(body) }) });
  return answerBrowserLogin(bounded, context, {
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
