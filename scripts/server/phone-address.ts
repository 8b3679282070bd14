/**
 * The address of a phone's request without the slash that many apps put before the question mark: Next would answer
 * with a redirect, which they do not follow when they post.
 */
export const phoneAddress = (url: string): string =>
  url.replace(/^(\/api\/v1\/osmand\/[^/?#]+)\/(?=$|\?)/, '$1');
