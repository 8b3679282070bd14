import { type ApiFailure, failureOf, getJson } from './api';
import { placeAfterLogin } from './place-after-login';

/** Logs in and out with the server's cookie. A refusal is an ApiFailure with what the server says of it. */

export type LoginFields = { username: string; password: string; captcha?: string; setup_token?: string };

/** Throws an ApiFailure: `captchaRequired`, `retryAfterS` and `errors` say what the next try needs. */
export async function logIn(fields: LoginFields): Promise<void> {
  const url = await post('/api/auth/callback/credentials', fields);
  const refusal = url.searchParams.get('error');
  if (refusal !== null) throw refusalOf(refusal);
}

/** Ends this browser's login, and leads every other tab of it to the login page. */
export async function logOut(): Promise<void> {
  await post('/api/auth/signout', {});
  tabs().postMessage('logged out');
  window.location.assign('/login');
}

/** Goes to the login page, which leads back here. */
export function toLogin(): void {
  const { pathname, search } = window.location;
  if (pathname === '/login' || pathname === '/setup') return;
  window.location.assign(`/login?next=${encodeURIComponent(placeAfterLogin(pathname + search))}`);
}

/** Hears when another tab of this browser logs out; gives what stops the hearing. */
export function onLogoutElsewhere(heard: () => void): () => void {
  tabs().addEventListener('message', heard);
  return () => tabs().removeEventListener('message', heard);
}

let channel: BroadcastChannel | undefined;

/** What reaches the other tabs. One for the page: a second one would hear the first. */
function tabs(): BroadcastChannel {
  channel ??= new BroadcastChannel('pitwall-login');
  return channel;
}

/** Sends a form with the token against forged ones; gives the address that the server answers with. */
async function post(path: string, fields: Readonly<Record<string, string>>): Promise<URL> {
  const { csrfToken } = await getJson<{ csrfToken: string }>('/api/auth/csrf');
  const body = new URLSearchParams({ ...fields, csrfToken, json: 'true' });
  const answer = await fetch(path, { method: 'POST', headers: { accept: 'application/json' }, body });
  const text = await answer.text();
  const url = addressIn(text);
  // Only next-auth answers with an address; whatever else there is says it as the API does.
  if (url === null) throw failureOf(answer.status, text);
  return url;
}

function addressIn(text: string): URL | null {
  try {
    const body: { url?: unknown } | null = JSON.parse(text);
    return typeof body?.url === 'string' ? new URL(body.url, window.location.origin) : null;
  } catch {
    return null;
  }
}

/** What the login page's address carries as JSON. Another text there is a fault of the request itself. */
function refusalOf(text: string): ApiFailure {
  return failureOf(401, text.startsWith('{') ? text : '{}');
}
