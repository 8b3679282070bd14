/** The login cookie, in clear and behind TLS; the prefix binds the latter to this very host. */
export const SESSION_COOKIES = { http: 'pitwall_session', https: '__Host-pitwall_session' } as const;

/** The login cookie's value in a Cookie header; null without one. */
export function sessionCookieOf(header: string | null): string | null {
  const pairs = (header ?? '').split(';').map((pair) => pair.trim());
  for (const name of [SESSION_COOKIES.https, SESSION_COOKIES.http]) {
    const value = pairs.find((pair) => pair.startsWith(`${name}=`))?.slice(name.length + 1);
    if (value) return value;
  }
  return null;
}
