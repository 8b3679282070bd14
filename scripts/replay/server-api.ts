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
    );
  };
}

/** The server refused a request. */
export class ApiRefusal extends Error {
  constructor(
    readonly status: number,
    message: string,
  ) {
    super(message);
    this.name = 'ApiRefusal';
  }
}
