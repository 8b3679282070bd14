/** The login cookie, in clear and behind TLS; the prefix binds the latter to this very host. */
export const SESSION_COOKIES = { http: 'pitwall_session', https: '__Host-pitwall_session' } as const;

/**
 * The login cookie's value in a Cookie header; null without one. Behind TLS the plain name does not count: a page on a
 * sibling host can set it, and so log somebody in to an account that is not his.
 */
export function sessionCookieOf(header: string | null, scheme: keyof typeof SESSION_COOKIES): string | null {
  const start = `${SESSION_COOKIES[scheme]}=`;
  const pairs = (header ?? '').split(';').map((pair) => pair.trim());
  return pairs.find((pair) => pair.startsWith(start) && pair !== start)?.slice(start.length) ?? null;
}
