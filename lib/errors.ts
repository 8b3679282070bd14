/** A fault of one field of a request. */
export type FieldError = { field: string; message: string };

/** More for the answer. */
export type ErrorMore = {
  /** Whole seconds until another try is worth it. */
  retryAfterS?: number;
  /** The login needs a solved reCAPTCHA. */
  captchaRequired?: boolean;
  headers?: Readonly<Record<string, string>>;
};

/**
 * What a service refuses, in words for people. Compare by `code`, never by class: the same module may be loaded
 * more than once in a process.
 */
export class AppError extends Error {
  constructor(
    readonly code: string,
    /** The HTTP status that says the same. */
    readonly status: number,
    message: string,
    readonly errors?: readonly FieldError[],
    readonly more: ErrorMore = {},
  ) {
    super(message);
    this.name = 'AppError';
  }
}

/** Whether this is an AppError of any copy of this module. */
export function isAppError(error: unknown): error is AppError {
  return (
    error instanceof Error &&
    'code' in error &&
    typeof error.code === 'string' &&
    'status' in error &&
    typeof error.status === 'number'
  );
}

/** 404: `what` names the thing and its id, for example `session 7`. */
export const notFound = (what: string): AppError =>
  new AppError('not_found', 404, `There is no ${what}. It may have been deleted.`);

/** The message of anything thrown; of a failed query what the database said, without statement and values. */
export function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const isQuery = 'query' in error && 'params' in error && error.cause instanceof Error;
  return isQuery ? messageOf(error.cause) : error.message;
}
