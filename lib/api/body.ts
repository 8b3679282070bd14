import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { AppError, isAppError } from '@/lib/errors';

const MAX_BYTES = 1024 * 1024;
/** A body this small that takes longer is held back on purpose. */
const WITHIN_MS = 30_000;

/**
 * The JSON of a body of at most 1 MB that comes within 30 s. Throws an AppError 400, 408, 413 or 415. A body that does
 * not say its length must not fill the memory either.
 */
export async function readJson(request: Request, withinMs = WITHIN_MS): Promise<unknown> {
  const type = request.headers.get('content-type') ?? 'application/json';
  if (!/^(application\/([\w.-]+\+)?json|text\/plain)\s*(;|$)/i.test(type))
    throw new AppError('unsupported_media_type', 415, 'Send the body as application/json.');
  return parseJson(await readBytes(request, withinMs));
}

/** What a body's JSON says. Throws an AppError 400. */
export function parseJson(body: Buffer): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(body));
  } catch {
    throw new AppError('bad_request', 400, 'The body is not JSON.', [{ field: 'body', message: 'not JSON' }]);
  }
}

/** A body of at most `mostBytes` (1 MB) that comes in time. Throws an AppError 400, 408 or 413. */
export async function readBytes(
  request: Request,
  withinMs = WITHIN_MS,
  mostBytes = MAX_BYTES,
): Promise<Buffer> {
  if (Number(request.headers.get('content-length') ?? 0) > mostBytes) throw tooLong(mostBytes);
  const reader = request.body?.getReader();
  if (!reader) return Buffer.alloc(0);
  let isLate = false;
  const timer = setTimeout(() => {
    isLate = true;
    reader.cancel().catch(() => {});
  }, withinMs);
  const pieces: Uint8Array[] = [];
  let bytes = 0;
  try {
    for (let part = await reader.read(); part.value; part = await reader.read()) {
      bytes += part.value.byteLength;
      if (bytes > mostBytes) throw tooLong(mostBytes);
      pieces.push(part.value);
    }
  } catch (error) {
    await reader.cancel().catch(() => {});
    throw isLate ? tooSlow(withinMs) : isAppError(error) ? error : brokenOff();
  } finally {
    clearTimeout(timer);
  }
  if (isLate) throw tooSlow(withinMs);
  return Buffer.concat(pieces);
}

const brokenOff = (): AppError =>
  new AppError('bad_request', 400, 'The body broke off, or its chunks are no valid HTTP. Send it again.');
const tooLong = (mostBytes: number): AppError =>
  new AppError('too_large', 413, `The body is longer than ${mostBytes / MAX_BYTES} MB.`);
const tooSlow = (withinMs: number): AppError =>
  new AppError('too_slow', 408, `The body did not arrive within ${withinMs / 1000} s.`);

const unzip = promisify(gunzip);

/**
 * A body that may be packed (`Content-Encoding: gzip`): at most `mostBytes` packed and unpacked. Throws an AppError
 * 400, 408, 413 or 415.
 */
export async function readPacked(request: Request, withinMs: number, mostBytes: number): Promise<Buffer> {
  const encoding = (request.headers.get('content-encoding') ?? 'identity').trim().toLowerCase();
  if (!['identity', 'gzip', 'x-gzip'].includes(encoding))
    throw new AppError(
      'unsupported_media_type',
      415,
      `A body packed as ${JSON.stringify(encoding)} is not read: send it plain or as gzip.`,
      [],
      { headers: { 'Accept-Encoding': 'gzip' } },
    );
  const bytes = await readBytes(request, withinMs, mostBytes);
  if (encoding === 'identity' || bytes.byteLength === 0) return bytes;
  try {
    // It stops there: a bomb fills no memory.
    return await unzip(bytes, { maxOutputLength: mostBytes });
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ERR_BUFFER_TOO_LARGE')
      throw tooLong(mostBytes);
    throw new AppError('bad_request', 400, 'The body is no whole gzip, though its Content-Encoding says so.');
  }
}
