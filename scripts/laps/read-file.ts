import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { basename } from 'node:path';
import { createGunzip } from 'node:zlib';
import { fileHead, HEAD_BYTES, openReader } from '@/lib/formats/registry';
import { looksLikeTrackFile } from '@/lib/formats/track-file';
import type { Recording } from '@/lib/formats/types';

const isGzip = (bytes: Uint8Array) => bytes[0] === 0x1f && bytes[1] === 0x8b;

async function firstBytes(path: string): Promise<Uint8Array> {
  const file = await open(path);
  try {
    const { bytesRead, buffer } = await file.read(Buffer.alloc(HEAD_BYTES), 0, HEAD_BYTES, 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}

/** Reads a recording from a file, unpacking gzip on the way; never holds the whole file. */
export async function readFile(path: string): Promise<Recording> {
  const head = await firstBytes(path);
  const packed = isGzip(head);
  const name = packed ? basename(path).replace(/\.gz$/i, '') : basename(path);
  if (!packed && looksLikeTrackFile(fileHead(name, head))) {
    throw new Error('this is a track file, not a recording. Give it with --track.');
  }
  const reader = openReader(name);
  const file = createReadStream(path);
  if (!packed) {
    for await (const chunk of file) reader.push(chunk);
    return reader.end();
  }
  const plain = createGunzip();
  // An error of the file itself must reach the loop below, which only listens to what comes out.
  file.on('error', (error) => plain.destroy(error));
  file.pipe(plain);
  for await (const chunk of plain) reader.push(chunk);
  return reader.end();
}
