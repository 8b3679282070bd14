import { Readable } from 'node:stream';
import type { ReadableStream as NodeReadableStream } from 'node:stream/web';
import { Busboy, type BusboyFileStream } from '@fastify/busboy';
import { importFields } from '@/lib/contracts/imports';
import { AppError, isAppError, messageOf } from '@/lib/errors';
import type { ServiceContext } from '@/lib/services/context';
import { type SpooledFile, settleUpload } from '@/lib/services/imports';
import { MAX_UPLOAD_BYTES, type Spool, tooLarge } from '@/lib/spool';

const MAX_FILES = 100;
const MAX_FIELDS = 10;
const STALLED_AFTER_MS = 60_000;
/** A file dated later, or before 1970, was dated by a broken clock: it counts as undated. */
const LATEST_MS = Date.UTC(9999, 11, 31);

export type Upload = {
  files: SpooledFile[];
  batch: string | undefined;
  trackId: number | null;
  sessionName: string | null;
};

/**
 * Streams a multipart body into the spool: fields first, then files (field `file`). Nothing of it is held in memory.
 * The spool holds them until their import is accepted. Throws an AppError (400, 413, 415); then no file of the
 * request is left.
 */
export async function receiveUpload(
  request: Request,
  ctx: Pick<ServiceContext, 'db' | 'spool' | 'report'>,
  signal: AbortSignal = request.signal,
): Promise<Upload> {
  const type = request.headers.get('content-type') ?? '';
  if (!/^multipart\/form-data\s*;/i.test(type) || !request.body)
    throw new AppError('unsupported_media_type', 415, 'Send the files as multipart/form-data, field "file".');
  const taken: Taken = { fields: {}, streams: [], writes: [] };
  try {
    await parse(watched(toNode(request.body), signal), type, ctx.spool, taken);
    const files = await Promise.all(taken.writes);
    return await finished(taken.fields, files);
  } catch (error) {
    // Files that were taken before the fault go again, unless an earlier import has the same.
    const settled = await Promise.allSettled(taken.writes);
    const refused = settled.find((one) => one.status === 'rejected' && isStorageFault(one.reason));
    const done = settled.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
    await settleUpload(ctx, done);
    // A write that fails breaks its stream first: the disk is the reason, not the upload.
    throw refused?.status === 'rejected' ? refused.reason : error;
  }
}

const isStorageFault = (reason: unknown): boolean => isAppError(reason) && reason.code === 'storage_failed';

type Taken = { fields: Record<string, string>; streams: BusboyFileStream[]; writes: Promise<SpooledFile>[] };

/** The web stream of a request is one of Node's own: same object, other type declaration. */
const toNode = (body: ReadableStream<Uint8Array>): Readable =>
  Readable.fromWeb(body as NodeReadableStream<Uint8Array>);

/** Ends a body whose sender may send no more (a revoked login), or has sent nothing for too long. */
function watched(body: Readable, signal: AbortSignal): Readable {
  const end = (): void => {
    body.destroy(new AppError('token_ended', 401, 'The login of this upload has ended. Log in anew.'));
  };
  let timer = setTimeout(stall, STALLED_AFTER_MS);
  function stall(): void {
    body.destroy(new AppError('too_slow', 408, 'The upload stood still for a minute: send it again.'));
  }
  body.on('data', () => {
    clearTimeout(timer);
    timer = setTimeout(stall, STALLED_AFTER_MS);
  });
  body.once('close', () => {
    clearTimeout(timer);
    signal.removeEventListener('abort', end);
  });
  signal.addEventListener('abort', end, { once: true });
  if (signal.aborted) end();
  return body;
}

function parse(body: Readable, type: string, spool: Spool, taken: Taken): Promise<void> {
  return new Promise((resolve, reject) => {
    const stop = (error: unknown): void => {
      body.unpipe(busboy);
      body.destroy();
      for (const stream of taken.streams) stream.destroy(error instanceof Error ? error : broken(error));
      reject(error);
    };
    const busboy = openParser(type);
    busboy.on('field', (name, value) => {
      taken.fields[name] = value;
    });
    busboy.on('file', (_field, stream, fileName) => {
      // Heard before anything else: a part that breaks off says so on its own stream, and does not end by itself.
      stream.on('error', (error) => stop(broken(error)));
      stream.on('limit', () => stop(tooLarge(cleanName(fileName), MAX_UPLOAD_BYTES)));
      taken.streams.push(stream);
      const write = takeFile(spool, stream, cleanName(fileName));
      taken.writes.push(write);
      write.catch(stop);
    });
    busboy.on('filesLimit', () =>
      stop(new AppError('too_large', 413, `At most ${MAX_FILES} files fit in one request.`)),
    );
    busboy.on('fieldsLimit', () =>
      stop(new AppError('bad_request', 400, `At most ${MAX_FIELDS} fields fit in one request.`)),
    );
    busboy.on('finish', () => resolve());
    busboy.on('error', (error: unknown) => stop(broken(error)));
    body.on('error', (error) => stop(broken(error)));
    body.pipe(busboy);
  });
}

function openParser(type: string) {
  try {
    return new Busboy({
      headers: { 'content-type': type },
      limits: { files: MAX_FILES, fields: MAX_FIELDS, fieldSize: 20_000, fileSize: MAX_UPLOAD_BYTES },
    });
  } catch (error) {
    throw broken(error);
  }
}

const broken = (error: unknown): AppError =>
  isAppError(error)
    ? error
    : new AppError(
        'bad_request',
        400,
        `The upload broke off or is no valid multipart body (${messageOf(error)}).`,
      );

async function takeFile(spool: Spool, stream: BusboyFileStream, file: string): Promise<SpooledFile> {
  return { file, ...(await spool.write(file, stream)), modifiedMs: null };
}

/** The last part of a path, without control characters. */
function cleanName(name: string | undefined): string {
  const last = (name ?? '').split(/[\\/]/).at(-1) ?? '';
  const visible = last.replace(/\p{Cc}/gu, '').trim();
  return [...visible].slice(0, 200).join('') || 'recording';
}

async function finished(fields: Record<string, string>, files: readonly SpooledFile[]): Promise<Upload> {
  const given = Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== ''));
  const parsed = importFields.safeParse(given);
  if (!parsed.success) {
    const errors = parsed.error.issues.map(({ path, message }) => ({ field: path.join('.'), message }));
    throw new AppError('bad_request', 400, `${errors[0]?.field}: ${errors[0]?.message}`, errors);
  }
  if (files.length === 0)
    throw new AppError(
      'bad_request',
      400,
      'The upload holds no file. Send at least one in the field "file".',
    );
  const modified = modifiedTimes(parsed.data.modified);
  return {
    files: files.map((file) => ({ ...file, modifiedMs: modified.get(file.file) ?? null })),
    batch: parsed.data.batch,
    trackId: parsed.data.track_id ?? null,
    sessionName: parsed.data.session_name ?? null,
  };
}

function modifiedTimes(text: string | undefined): Map<string, number> {
  try {
    const value: unknown = JSON.parse(text ?? '{}');
    const entries = Object.entries(Object(value)).filter(
      (entry): entry is [string, number] =>
        typeof entry[1] === 'number' && entry[1] >= 0 && entry[1] <= LATEST_MS,
    );
    return new Map(entries);
  } catch {
    throw new AppError('bad_request', 400, 'modified: is not a JSON object of file names and times.', [
      { field: 'modified', message: 'not JSON' },
    ]);
  }
}
