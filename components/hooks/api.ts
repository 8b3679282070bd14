import type { ApiError } from '@/lib/contracts/common';

/** What the server answered when it could not do what was asked; `requestId` finds it in the server's log. */
export class ApiFailure extends Error {
  constructor(
    readonly status: number,
    message: string,
    readonly requestId: string | null,
  ) {
    super(message);
    this.name = 'ApiFailure';
  }
}

/** Fetches JSON of this server's own API. The caller names the contract's type; the server's tests keep it true. */
export async function getJson<Body>(path: string, signal?: AbortSignal): Promise<Body> {
  return readBody<Body>(
    await fetch(path, { headers: { accept: 'application/json' }, signal: signal ?? null }),
  );
}

/** Sends a change as JSON and gives the answer's body, null when there is none. */
export async function sendJson<Body>(method: 'POST' | 'PATCH' | 'DELETE', path: string, body?: unknown) {
  const answer = await fetch(path, {
    method,
    headers: {
      accept: 'application/json',
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    },
    body: body === undefined ? null : JSON.stringify(body),
  });
  return answer.status === 204 ? null : readBody<Body>(answer);
}

async function readBody<Body>(answer: Response): Promise<Body> {
  if (!answer.ok) throw failureOf(answer.status, await answer.text());
  return answer.json();
}

/** The failure that an answer's text describes, also when it is not the API's own JSON. */
export function failureOf(status: number, text: string): ApiFailure {
  const { message, requestId } = errorFields(text);
  return new ApiFailure(status, message ?? `The server answered ${status} without saying why.`, requestId);
}

function errorFields(text: string): { message: string | null; requestId: string | null } {
  let body: unknown = null;
  try {
    body = JSON.parse(text);
  } catch {
    // A proxy or a dying server may answer with something else than JSON; the status has to do.
  }
  const field = (name: keyof ApiError) => {
    if (typeof body !== 'object' || body === null) return null;
    const value: unknown = Reflect.get(body, name);
    return typeof value === 'string' ? value : null;
  };
  return { message: field('message'), requestId: field('request_id') };
}
