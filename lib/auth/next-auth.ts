import type { NextRequest } from 'next/server';
import NextAuth, { type NextAuthOptions } from 'next-auth';
import Credentials from 'next-auth/providers/credentials';
import { LOGIN_LASTS_S, type TokenSigner } from './tokens';

declare module 'next-auth' {
  interface User {
    jti: string;
    expiresAtS: number;
  }
}

/** A login as the browser's cookie keeps it. */
export type BrowserLogin = { userId: number; username: string; jti: string; expiresAtS: number };

export type BrowserLoginParts = {
  signer: TokenSigner;
  /** Signs next-auth's own CSRF cookie. */
  csrfSecret: string;
  /** Whether the browser speaks TLS: then its cookies are bound to it. */
  isSecure: boolean;
  /** The login cookie's name. */
  cookieName: string;
  /** Checks name and password; an Error's message is what the login page gets to read. */
  login(fields: Readonly<Record<string, string | undefined>>): Promise<BrowserLogin>;
  /** The name behind a login that still counts, else null. */
  nameOf(token: string): Promise<string | null>;
  /** Ends the login of the request. */
  logout(): Promise<void>;
  report(line: string): void;
};

const FIELDS = { username: {}, password: {}, captcha: {}, setup_token: {} };

/** Answers a request of /api/auth: next-auth's cookies and protocol, our logins and tokens behind them. */
export async function answerBrowserLogin(
  request: NextRequest,
  context: { params: Promise<{ nextauth: string[] }> },
  parts: BrowserLoginParts,
): Promise<Response> {
  const answer: unknown = await NextAuth(request, context, optionsOf(parts));
  if (answer instanceof Response) return answer;
  throw new Error('next-auth gave no response.');
}

function optionsOf(parts: BrowserLoginParts): NextAuthOptions {
  const { isSecure, cookieName, report } = parts;
  const options = { httpOnly: true, sameSite: 'lax', path: '/', secure: isSecure };
  return {
    secret: parts.csrfSecret,
    useSecureCookies: isSecure,
    session: { strategy: 'jwt', maxAge: LOGIN_LASTS_S },
    pages: { signIn: '/login', signOut: '/account', error: '/login' },
    cookies: { sessionToken: { name: cookieName, options } },
    providers: [
      Credentials({
        credentials: FIELDS,
        async authorize(fields) {
          const { userId, username, jti, expiresAtS } = await parts.login(fields ?? {});
          return { id: String(userId), name: username, jti, expiresAtS };
        },
      }),
    ],
    jwt: tokensOf(parts),
    callbacks: {
      jwt: ({ token, user }) =>
        user ? { sub: user.id, name: user.name ?? null, jti: user.jti, exp: user.expiresAtS } : token,
      session: ({ session, token }) => ({ expires: session.expires, user: { name: token.name ?? null } }),
    },
    events: { signOut: () => parts.logout() },
    logger: {
      // A refused login is no error of the server's.
      error: (code) => (code.startsWith('CALLBACK_CREDENTIALS') ? undefined : report(`next-auth: ${code}`)),
      warn: () => {},
      debug: () => {},
    },
  };
}

/** Our own tokens: what a program sends as Bearer is the same text. None is prolonged by being read. */
function tokensOf({ signer, nameOf }: BrowserLoginParts): NonNullable<NextAuthOptions['jwt']> {
  return {
    async encode({ token }) {
      const { sub, jti, exp } = token ?? {};
      if (typeof sub !== 'string' || typeof jti !== 'string' || typeof exp !== 'number')
        throw new Error('next-auth asks for a token without a login.');
      return signer.sign({ userId: Number(sub), jti, expiresAtS: exp });
    },
    async decode({ token }) {
      const claims = token ? await signer.verify(token) : null;
      const name = claims && token ? await nameOf(token) : null;
      if (!claims || name === null) return null;
      return { sub: String(claims.userId), name, jti: claims.jti, exp: claims.expiresAtS };
    },
  };
}
