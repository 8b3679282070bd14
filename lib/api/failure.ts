import { sqlState } from '@/lib/db/client';
import { isConnectionLoss } from '@/lib/db/patience';
import type { AppError, FieldError } from '@/lib/errors';
import { isAppError, messageOf } from '@/lib/errors';
import { log } from '@/lib/log';
import { loggedUrl } from './logged-url';

/** Any error as the one JSON shape. What is not meant for people is logged, not shown. */
export function failureResponse(error: unknown, requestId: string, url: string): Response {
  if (isAppError(error)) return refusalResponse(error, requestId);
  if (sqlState(error) === FOREIGN_KEY) return gone(requestId);
  log.error('A request failed', { url: loggedUrl(url), requestId, error: messageOf(error) });
  if (isConnectionLoss(error)) return databaseAway(requestId);
  return errorResponse(
    500,
    'internal',
    'The server failed; nothing was changed by this request as far as it knows. The log has the details.',
    requestId,
  );
}

function refusalResponse(error: AppError, requestId: string): Response {
  const { retryAfterS, captchaRequired, headers = {} } = error.more;
  const extra = captchaRequired ? { captcha_required: true } : {};
  const response = errorResponse(error.status, error.code, error.message, requestId, error.errors, extra);
  for (const [name, value] of Object.entries(headers)) response.headers.set(name, value);
  if (retryAfterS !== undefined) response.headers.set('Retry-After', String(retryAfterS));
  if (error.status === 401) response.headers.set('WWW-Authenticate', 'Bearer realm="Pitwall"');
  return response;
}

const FOREIGN_KEY = '23503';

/** Every verb looks first whether what it needs is there; only a deletion at the same moment gets past that. */
function gone(requestId: string): Response {
  const message =
    'What this belongs to was deleted just now, or what it deletes came into use. Nothing was changed: load it anew.';
  return errorResponse(409, 'changed_meanwhile', message, requestId);
}

/** The database is restarted when it dies: what fails meanwhile is worth another try. */
function databaseAway(requestId: string): Response {
  const message = 'The database does not answer just now; it is started again. Try again in a moment.';
  const response = errorResponse(503, 'database_away', message, requestId);
  response.headers.set('Retry-After', '2');
  return response;
}

export function errorResponse(
  status: number,
  code: string,
  message: string,
  requestId: string,
  errors?: readonly FieldError[],
  extra: Readonly<Record<string, unknown>> = {},
): Response {
  const body = {
    error: code,
    message,
    status_code: status,
    ...(errors && errors.length > 0 ? { errors } : {}),
    ...extra,
    request_id: requestId,
  };
  return Response.json(body, {
    status,
    headers: { 'X-Request-Id': requestId, 'Cache-Control': 'no-store' },
  });
}
