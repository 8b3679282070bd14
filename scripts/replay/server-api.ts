import { apiError } from '@/lib/contracts/common';
import type { Ask } from './find-track';

/** Asks the server's API with a key; rejects with one line that says what is wrong. */
export function askServer(url: string, key: string): Ask {
  return async (path, shape) => {
    let response: Response;
    try {
      response = await fetch(new URL(path, url), { headers: { authorization: `Bearer ${key}` } });
    } catch {
      throw new Error(`${url} cannot be reached: is the server running, and is --url right?`);
    }
    const body: unknown = await response.json().catch(() => null);
    if (response.ok) return shape.parse(body);
    const said = apiError.safeParse(body);
    throw new ApiRefusal(
      response.status,
      said.success ? said.data.message : `${url} answered ${response.status}.`,
      response.status === 429 ? Number(response.headers.get('retry-after')) || 1 : null,
    );
  };
}

/** The same; where the server is asked too often, it asks again after the pause that the server names. */
export function askPatiently(url: string, key: string): Ask {
  const ask = askServer(url, key);
  return async (path, shape) => {
    for (;;) {
      try {
        return await ask(path, shape);
      } catch (error) {
        if (!(error instanceof ApiRefusal) || error.retryAfterS === null) throw error;
        const waitMs = error.retryAfterS * 1000;
        await new Promise((resume) => setTimeout(resume, waitMs));
      }
    }
  };
}

/** The server's address as `--url` gives it; throws one line that says what is wrong. */
export function serverUrl(given = 'http://127.0.0.1:3000'): string {
  if (/^https?:\/\/./.test(given) && URL.canParse(given)) return given;
  throw new Error(`--url must be an address such as http://127.0.0.1:3000, not ${given}.`);
}

/** The server refused a request. */
export class ApiRefusal extends Error {
  constructor(
    readonly status: number,
    message: string,
    /** Asked too often: after so many seconds it answers again. */
    readonly retryAfterS: number | null,
  ) {
    super(message);
    this.name = 'ApiRefusal';
  }
}
