/** The place that a login leads to: a path of this very server, else the home page. */
export function placeAfterLogin(wanted: string | null | undefined): string {
  // A browser reads `\` as `/` and leaves tabs and line ends out, so that `/\t/` would begin another server's address.
  if (!wanted || !/^\/(?![/\\])[^\\\p{Cc}]*$/u.test(wanted)) return '/';
  const url = new URL(wanted, 'http://pitwall.invalid');
  if (url.host !== 'pitwall.invalid' || /^\/(login|setup|api)(\/|$)/.test(url.pathname)) return '/';
  // Next's own mark of a request for a part of a page.
  if (url.searchParams.has('_rsc')) url.searchParams.delete('_rsc');
  return url.pathname.startsWith('//') ? '/' : url.pathname + url.search + url.hash;
}
