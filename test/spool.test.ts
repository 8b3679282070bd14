import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openSpool, type Spool } from '@/lib/spool';

let folder: string;
let spool: Spool;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'pitwall-spool-'));
  spool = openSpool(folder, { maxUnpackedBytes: 1_000_000 });
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

async function* pieces(...list: (string | Uint8Array)[]) {
  for (const piece of list) yield Buffer.from(piece);
}
async function textOf(hash: string, onBytes?: (bytes: number) => void): Promise<string> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of spool.read(hash, onBytes)) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

test('keeps a file under the SHA-256 of its content, once', async () => {
  const first = await spool.write('a.csv', pieces('time', '_ms'));
  const hash = createHash('sha256').update('time_ms').digest('hex');
  expect(first).toEqual({ hash, bytes: 7 });
  expect(await spool.write('b.csv', pieces('time_ms'))).toEqual({ hash, bytes: 7 });
  expect(readdirSync(folder)).toEqual([hash]);
  expect(await textOf(hash)).toBe('time_ms');
  spool.release(hash);
  spool.release(hash);
  await spool.remove(hash);
  await spool.remove(hash);
  expect(readdirSync(folder)).toEqual([]);
  await expect(textOf(hash)).rejects.toMatchObject({ code: 'bad_file' });
});

test('refuses a file above the limit and leaves nothing of it', async () => {
  const write = spool.write('huge.csv', pieces('x'.repeat(600), 'x'.repeat(600)), 1000);
  await expect(write).rejects.toMatchObject({ code: 'too_large', status: 413 });
  expect(readdirSync(folder)).toEqual([]);
});

test('says what the disk refuses and what to do', async () => {
  const taken = join(folder, 'taken');
  writeFileSync(taken, 'a file where the folder should be');
  const write = openSpool(taken).write('a.csv', pieces('lap'));
  await expect(write).rejects.toMatchObject({ code: 'storage_failed', status: 507 });
  await expect(write).rejects.toThrow(/is no folder.*upload again/);
});

test('refuses a file that leaves the database no room, and leaves nothing of it', async () => {
  const MB = 1024 * 1024;
  const within = (free: number) => openSpool(folder, { freeBytes: async () => free });
  await expect(within(100 * MB).write('a.csv', pieces('x'))).rejects.toMatchObject({ status: 507 });
  const big = () => pieces('x'.repeat(4 * MB), 'x'.repeat(4 * MB));
  await expect(within(140 * MB).write('a.csv', big())).rejects.toThrow(/not enough room/);
  expect(readdirSync(folder)).toEqual([]);
  await within(160 * MB).write('a.csv', big());
  expect(readdirSync(folder)).toHaveLength(1);
});

test('leaves nothing of a file that breaks off', async () => {
  async function* broken() {
    yield Buffer.from('half');
    throw new Error('the line went dead');
  }
  await expect(spool.write('a.csv', broken())).rejects.toThrow('the line went dead');
  expect(readdirSync(folder)).toEqual([]);
});

test('unpacks gzip while it reads, and counts what it read of the file', async () => {
  const packed = gzipSync('lap '.repeat(10_000));
  const { hash } = await spool.write('a.csv.gz', pieces(packed));
  let read = 0;
  expect(await textOf(hash, (bytes) => (read = bytes))).toBe('lap '.repeat(10_000));
  expect(read).toBe(packed.length);
});

test('refuses a gzip bomb and a cut gzip file in a clear line', async () => {
  const bomb = await spool.write('bomb.gz', pieces(gzipSync(Buffer.alloc(5_000_000))));
  await expect(textOf(bomb.hash)).rejects.toMatchObject({ code: 'bad_file', status: 422 });
  const cut = await spool.write('cut.gz', pieces(gzipSync('lap '.repeat(10_000)).subarray(0, 40)));
  await expect(textOf(cut.hash)).rejects.toThrow(/cannot be unpacked .* copy it again/);
});

test('removes no file that an upload still holds, not even one of the same content', async () => {
  const { hash } = await spool.write('a.csv', pieces('twin'));
  await spool.write('b.csv', pieces('twin'));
  spool.release(hash);
  await spool.remove(hash);
  expect(readdirSync(folder)).toEqual([hash]);
  spool.release(hash);
  await spool.remove(hash);
  expect(readdirSync(folder)).toEqual([]);
});

test('a removal and an upload of the same content at once never lose the upload', async () => {
  for (let round = 0; round < 50; round++) {
    const { hash } = await spool.write('a.csv', pieces('same'));
    spool.release(hash);
    await Promise.all([spool.remove(hash), spool.write('b.csv', pieces('same')), spool.remove(hash)]);
    expect(readdirSync(folder)).toEqual([hash]);
    spool.release(hash);
    await spool.remove(hash);
  }
});

test('sweeps what interrupted uploads left, and nothing else', async () => {
  const { hash } = await spool.write('a.csv', pieces('kept'));
  await spool.write('b.csv', pieces('taken, but its import was never stored'));
  writeFileSync(join(folder, 'incoming-1'), 'half');
  writeFileSync(join(folder, 'notes.txt'), 'not ours');
  await spool.sweep(new Set([hash]));
  expect(readdirSync(folder).sort()).toEqual([hash, 'notes.txt'].sort());
});
