import { createHash, randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises';
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
   * `maxBytes`; whatever goes wrong, nothing is left.
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

export function openSpool(folder: string, maxUnpackedBytes = MAX_UNPACKED_BYTES): Spool {
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
      await mkdir(folder, { recursive: true, mode: 0o700 });
      const incoming = join(folder, `${INCOMING}${randomUUID()}`);
      try {
        const taken = await takeIn(incoming, name, chunks, maxBytes);
        await inTurn(async () => {
          await rename(incoming, pathOf(taken.hash));
          hold(taken.hash, 1);
        });
        return taken;
      } catch (error) {
        await rm(incoming, { force: true });
        throw error;
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
