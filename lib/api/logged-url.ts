/** An address as it may stand in a log: without the keys and tokens that it carries. */
export const loggedUrl = (url: string): string =>
  url.replace(/(\/api\/v1\/osmand\/)[^/?#]*/i, '$1…').replace(/([?&](?:key|token)=)[^&#]*/gi, '$1…');
