import type { ApiError } from '@/lib/contracts/common';

export type FieldFault = { field: string; message: string };

type FailureFacts = {
  /** The kind of fault in one word. */
  code: string | null;
  /** Finds the fault in the server's log. */
  requestId: string | null;
  /** Which fields were wrong, and why. */
  errors: readonly FieldFault[];
  /** The login needs a solved reCAPTCHA. */
  captchaRequired: boolean;
  /** Seconds until another try is worth it. */
  retryAfterS: number | null;
};

/** What the server answered when it could not do what was asked. */
export class ApiFailure extends Error implements FailureFacts {
  readonly code: string | null;
  readonly requestId: string | null;
  readonly errors: readonly FieldFault[];
  readonly captchaRequired: boolean;
  readonly retryAfterS: number | null;

  constructor(
    readonly status: number,
    message: string,
    facts: FailureFacts,
  ) {
    super(message);
    this.name = 'ApiFailure';
    this.code = facts.code;
    this.requestId = facts.requestId;
    this.errors = facts.errors;
    this.captchaRequired = facts.captchaRequired;
    this.retryAfterS = facts.retryAfterS;
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
  if (!answer.ok) throw failureOf(answer.status, await answer.text(), answer.headers);
  return answer.json();
}

/** The failure that an answer's text describes, also when it is not the API's own JSON. */
export function failureOf(status: number, text: string, headers?: Headers): ApiFailure {
  const body = objectIn(text);
  const words = (name: keyof ApiError) => {
    const value = body[name];
    return typeof value === 'string' ? value : null;
  };
  const message = words('message') ?? `The server answered ${status} without saying why.`;
  const waitS = Number(body.retry_after_s ?? headers?.get('retry-after') ?? Number.NaN);
  return new ApiFailure(status, message, {
    code: words('error'),
    requestId: words('request_id'),
    errors: Array.isArray(body.errors) ? body.errors.filter(isFieldFault) : [],
    captchaRequired: body.captcha_required === true,
    retryAfterS: waitS > 0 ? waitS : null,
  });
}

/** The object that a text holds as JSON; empty when it holds none: a proxy or a dying server may answer otherwise. */
function objectIn(text: string): Record<string, unknown> {
  try {
    const body: unknown = JSON.parse(text);
    return typeof body === 'object' && body !== null ? { ...body } : {};
  } catch {
    return {};
  }
}

function isFieldFault(value: unknown): value is FieldFault {
  if (typeof value !== 'object' || value === null || !('field' in value && 'message' in value)) return false;
  return typeof value.field === 'string' && typeof value.message === 'string';
}
