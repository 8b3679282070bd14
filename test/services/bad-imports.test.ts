import { gzipSync } from 'node:zlib';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { trackToFile } from '@/lib/formats/track-file';
import { getSession } from '@/lib/services/sessions';
import { createTrack } from '@/lib/services/track-edits';
import { circleCsv, circleTrack } from '../support/circle';
import { testDatabases } from '../support/database';
import { clear, leftovers, NOTHING, uploads } from '../support/import-leftovers';
import { openProduct, type Product } from '../support/product';

const databases = await testDatabases();

/** The head of a Live for Speed replay with one frame, which says that 11 million follow. */
function claimingRaf(): Buffer {
  const raf = Buffer.alloc(1024 + 192);
  raf.write('LFSRAF');
  raf.writeUInt8(10, 9);
  raf.writeUInt16LE(1024, 12);
  raf.writeUInt16LE(192, 14);
  raf.writeUInt32LE(11_184_810, 20);
  return raf;
}

describe.each(databases)('bad input on $name', (database) => {
  let product: Product;
  beforeAll(async () => {
    product = await openProduct(database);
  });
  afterEach(() => clear(product));
  afterAll(() => product?.stop());

  const BAD = [
    { what: 'an empty file', content: '', says: /empty/i },
    {
      what: 'random bytes',
      content: Buffer.from(Array.from({ length: 5000 }, (_, i) => (i * 89 + (i >> 3)) % 256)),
      says: /binary data/,
    },
    { what: 'a table without places', content: 'time_ms,speed\n1,2\n2,3\n', says: /lat/ },
    { what: 'a table without rows', content: 'time_ms,lat,lon\n', says: /holds no rows of data/ },
    {
      what: 'numbers beyond all bounds',
      content: 'time_ms,lat,lon\n1e400,1,1\n2,1e400,1\n',
      says: /first as not_finite: time_ms is "1e400"/,
    },
    {
      what: 'only null island',
      content: 'time_ms,lat,lon\n1,0,0\n2,0,0\n',
      says: /null_island|no usable fix/,
    },
    {
      what: 'text in UTF-16',
      content: Buffer.from('\uFEFFtime_ms,lat,lon\n1,47,9\n', 'utf16le'),
      says: /UTF-16/,
    },
    { what: 'a cut replay', content: claimingRaf().subarray(0, 900), says: /cut short/ },
    { what: 'a replay that claims 2 GB of frames', content: claimingRaf(), says: /promises 11184810 frames/ },
    {
      what: 'a cut gzip file',
      content: gzipSync(circleCsv()).subarray(0, 900),
      says: /gzip file cannot be unpacked/,
    },
    {
      what: 'a broken track file',
      content: '{"track":{"name":"X"},"checkpoints":[{"number":1}]}',
      says: /\$\.checkpoints/,
    },
  ];
  test.each(BAD)('$what fails with a clear message and leaves nothing', async ({ content, says }) => {
    const [item] = await product.drop([{ name: 'bad.csv', content }]);
    await product.idle();
    expect(item).toMatchObject({ status: 'failed', phase: 'failed', session_id: null, result: null });
    expect(item?.message).toMatch(says);
    expect(item?.message).not.toMatch(/Failed query|undefined|\[object/);
    expect(await leftovers(product)).toEqual(NOTHING);
    expect(uploads(product)).toEqual([]);
  });

  test('one fix, and a clock that goes back, are stored and counted', async () => {
    const csv = 'time_ms,lat,lon\n1750000000000,47.5,9.2\n';
    const [one] = await product.drop([{ name: 'one.csv', content: csv }]);
    expect(one).toMatchObject({ status: 'done', result: { fixes: 1, laps: 0 } });
    await createTrack(product.ctx, trackToFile(circleTrack()));
    const lines = circleCsv().split('\n');
    const [back] = await product.drop([
      { name: 'back.csv', content: [...lines.slice(0, 500), ...lines.slice(480)].join('\n') },
    ]);
    const session = await getSession(product.ctx, back?.session_id ?? 0);
    expect(session.entries[0]?.complete_laps).toBe(3);
    expect(session.entries[0]?.rejected).toMatchObject({ backwards: 19, duplicate: 1 });
  });
});
