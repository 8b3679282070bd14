import { createHash, randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, open, readdir, rename, rm, stat, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { AppError, messageOf } from './errors';

export const MAX_UPLOAD_BYTES = 200 * 1024 * 1024;
/** What a compressed file may unpack to: above this it is a bomb or no lap recording. */
export const MAX_UNPACKED_BYTES = 1024 * 1024 * 1024;

/** The folder of uploaded files, each under the SHA-256 of its content. */
export type Spool = {
  /**
   * Takes a file in and holds it: until `release` nobody can remove it. Throws an AppError `too_large` (413) beyond
   * `maxBytes`, `storage_failed` (507) when the disk does not take it; whatever goes wrong, nothing is left.
   */
  write(
    name: string,
    chunks: AsyncIterable<Uint8Array>,
    maxBytes?: number,
  ): Promise<{ hash: string; bytes: number }>;
  /** Ends one hold; call it when the file's import is stored or refused. */
  release(hash: string): void;
  /**
   * The content in pieces, gunzipped when it is gzip. `onBytes` hears how many bytes of the file were read. Throws
   * an AppError `bad_file` when it cannot be unpacked.
   */
  read(hash: string, onBytes?: (bytes: number) => void): AsyncIterable<Uint8Array>;
  /** Removes a file, unless an upload that brought it as well still holds it. */
  remove(hash: string): Promise<void>;
  /** Removes what interrupted uploads left: all but `needed`. Only at start, before anything is written. */
  sweep(needed: ReadonlySet<string>): Promise<void>;
};

const INCOMING = 'incoming-';
const HASH = /^[0-9a-f]{64}$/;

/** The folder of the uploads inside a data folder. */
export const uploadsIn = (dataDir: string): string => join(dataDir, 'uploads');

/** Free bytes that an upload must leave, and how many times its own size its fixes and their log may take. */
const LEAST_FREE_BYTES = 128 * 1024 * 1024;
const GROWTH = 3;

export type SpoolOptions = {
  maxUnpackedBytes?: number;
  /** Free bytes of the disk under a folder; default asks the system. */
  freeBytes?: (folder: string) => Promise<number>;
};

export function openSpool(folder: string, options: SpoolOptions = {}): Spool {
  const { maxUnpackedBytes = MAX_UNPACKED_BYTES, freeBytes = freeBytesOf } = options;
  // A database that meets the end of its disk hangs: what it could not take is refused before.
  const needRoom = async (bytes: number): Promise<void> => {
    if ((await freeBytes(folder)) >= LEAST_FREE_BYTES + GROWTH * bytes) return;
    throw storageFailed(folder, 'its disk has not enough room for it and its fixes');
  };
  const pathOf = (hash: string): string => {
    if (!HASH.test(hash)) throw new Error('A spool file is named by its SHA-256.');
    return join(folder, hash);
  };
  const holds = new Map<string, number>();
  const hold = (hash: string, change: 1 | -1): void => {
    const left = (holds.get(hash) ?? 0) + change;
    if (left > 0) holds.set(hash, left);
    else holds.delete(hash);
  };
  // A file comes and another of its content goes: one after the other, else the new one may go.
  let turn: Promise<unknown> = Promise.resolve();
  const inTurn = (work: () => Promise<void>): Promise<void> => {
    const mine = turn.then(work, work);
    turn = mine;
    return mine;
  };
  return {
    async write(name, chunks, maxBytes = MAX_UPLOAD_BYTES) {
      const incoming = join(folder, `${INCOMING}${randomUUID()}`);
      try {
        await mkdir(folder, { recursive: true, mode: 0o700 });
        await needRoom(0);
        const taken = await takeIn(incoming, name, chunks, maxBytes);
        await needRoom(taken.bytes);
        await inTurn(async () => {
          await rename(incoming, pathOf(taken.hash));
          hold(taken.hash, 1);
        });
        return taken;
      } catch (error) {
        await rm(incoming, { force: true }).catch(() => {});
        throw storageFault(folder, error);
      }
    },
    read: (hash, onBytes) => unpacked(pathOf(hash), maxUnpackedBytes, onBytes ?? (() => {})),
    release: (hash) => hold(hash, -1),
    remove: (hash) =>
      inTurn(async () => {
        if (!holds.has(hash)) await rm(pathOf(hash), { force: true });
      }),
    async sweep(needed) {
      const names = await readdir(folder).catch(() => []);
      const left = names.filter(
        (name) => name.startsWith(INCOMING) || (HASH.test(name) && !needed.has(name)),
      );
      await Promise.all(left.map((name) => rm(join(folder, name), { force: true })));
    },
  };
}

async function takeIn(path: string, name: string, chunks: AsyncIterable<Uint8Array>, maxBytes: number) {
  const hash = createHash('sha256');
  let bytes = 0;
  const file = await open(path, 'wx', 0o600);
  try {
    for await (const chunk of chunks) {
      bytes += chunk.byteLength;
      if (bytes > maxBytes) throw tooLarge(name, maxBytes);
      hash.update(chunk);
      await file.write(chunk);
    }
    // An accepted file must still be there after a power cut.
    await file.sync();
  } finally {
    await file.close();
  }
  return { hash: hash.digest('hex'), bytes };
}

const STORAGE_FAULTS: ReadonlyMap<unknown, string> = new Map([
  ['ENOSPC', 'its disk is full'],
  ['EDQUOT', 'its disk quota is used up'],
  ['EROFS', 'it is read-only'],
  ['EACCES', 'the server may not write there'],
  ['EPERM', 'the server may not write there'],
  ['EEXIST', 'it is no folder'],
  ['ENOTDIR', 'it is no folder'],
]);

/** What the disk refuses, in words for people; every other error as it is. */
function storageFault(folder: string, error: unknown): unknown {
  const why = STORAGE_FAULTS.get(error instanceof Error && 'code' in error ? error.code : null);
  return why ? storageFailed(folder, why) : error;
}

const storageFailed = (folder: string, why: string): AppError =>
  new AppError(
    'storage_failed',
    507,
    `The server cannot keep the upload in ${folder}: ${why}. Nothing was imported; mend that and upload again.`,
  );

async function freeBytesOf(folder: string): Promise<number> {
  const { bavail, bsize } = await statfs(folder);
  return bavail * bsize;
}

/** 413 for a file above the limit. */
export function tooLarge(name: string, maxBytes: number): AppError {
  const limit = `${Math.floor(maxBytes / 1024 / 1024)} MB`;
  return new AppError(
    'too_large',
    413,
    `${name} is larger than ${limit}, the limit for one file. Compress it with gzip or split it; nothing was imported.`,
  );
}

async function* unpacked(path: string, maxBytes: number, onBytes: (bytes: number) => void) {
  await stat(path).catch(() => {
    throw new AppError('bad_file', 422, 'The uploaded file is gone from the server. Upload it again.');
  });
  let read = 0;
  const raw = createReadStream(path, { highWaterMark: 1024 * 1024 });
  raw.on('data', (chunk) => {
    read += chunk.length;
    onBytes(read);
  });
  raw.pause();
  const stream = (await isGzip(path)) ? pipeline(raw, createGunzip(), () => {}) : raw;
  let bytes = 0;
  try {
    for await (const chunk of stream) {
      bytes += chunk.length;
      if (stream !== raw && bytes > maxBytes) throw new AppError('bad_file', 422, bombMessage(maxBytes));
      yield chunk;
    }
  } catch (error) {
    if (stream === raw || error instanceof AppError) throw error;
    throw new AppError(
      'bad_file',
      422,
      `The gzip file cannot be unpacked (${messageOf(error)}). It may be cut short: copy it again.`,
    );
  } finally {
    raw.destroy();
  }
}

const bombMessage = (maxBytes: number): string =>
  `The gzip file unpacks to more than ${Math.floor(maxBytes / 1024 / 1024)} MB. Split the recording.`;

async function isGzip(path: string): Promise<boolean> {
  const file = await open(path, 'r');
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(2), 0, 2, 0);
    return bytesRead === 2 && buffer[0] === 0x1f && buffer[1] === 0x8b;
  } finally {
    await file.close();
  }
}
