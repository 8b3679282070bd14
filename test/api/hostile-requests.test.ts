import { readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import * as importOne from '@/app/api/v1/imports/[id]/route';
import * as imports from '@/app/api/v1/imports/route';
import * as trace from '@/app/api/v1/laps/[id]/trace/route';
import * as laps from '@/app/api/v1/sessions/[id]/laps/route';
import * as session from '@/app/api/v1/sessions/[id]/route';
import * as sessions from '@/app/api/v1/sessions/route';
import * as track from '@/app/api/v1/tracks/[id]/route';
import * as tracks from '@/app/api/v1/tracks/route';
import { apiError } from '@/lib/contracts/common';
import { importAccepted, importItem } from '@/lib/contracts/imports';
import { trackToFile } from '@/lib/formats/track-file';
import { circleCsv, circleTrack } from '../support/circle';
import { testDatabases } from '../support/database';
import { openProduct, type Product } from '../support/product';

const [database] = await testDatabases();
if (!database) throw new Error('There is always the embedded database.');

let product: Product;
beforeAll(async () => {
  product = await openProduct(database);
  login = product.headers;
});
afterAll(() => product?.stop());

const context = (id?: string) => {
  const params: Record<string, string> = id === undefined ? {} : { id };
  return { params: Promise.resolve(params) };
};
let login: Record<string, string> = {};
const request = (path: string, init: RequestInit = {}) =>
  new Request(`http://127.0.0.1:3000/api/v1/${path}`, {
    ...init,
    headers: { ...login, ...Object.fromEntries(new Headers(init.headers)) },
  });
const streamed = (path: string, body: ReadableStream<Uint8Array>, headers: Record<string, string>) =>
  request(path, { method: 'POST', headers, body, duplex: 'half' } as RequestInit);

async function refused(answer: Promise<Response>, status: number) {
  const response = await answer;
  const body = apiError.parse(await response.json());
  expect([response.status, body.status_code]).toEqual([status, status]);
  return body;
}

function upload(files: readonly [name: string, content: string][], fields: Record<string, string> = {}) {
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) form.append(name, value);
  for (const [name, content] of files) form.append('file', new Blob([content]), name);
  return imports.POST(request('imports', { method: 'POST', body: form }), context());
}

async function importedItem(answer: Promise<Response>) {
  const [item] = importAccepted.parse(await (await answer).json()).items;
  await product.idle();
  const id = String(item?.id);
  return importItem.parse(await (await importOne.GET(request(`imports/${id}`), context(id))).json());
}

const spooled = () => readdirSync(join(product.dataDir, 'uploads'));

test('an id beyond every table names nothing, wherever it stands', async () => {
  for (const id of ['2147483648', '99999999999', '1e99']) {
    for (const route of [session, track, importOne, laps, trace])
      await refused(route.GET(request('x'), context(id)), 404);
    await refused(sessions.GET(request(`sessions?track_id=${id}`), context()), 400);
    await refused(trace.GET(request(`laps/1/trace?device_id=${id}`), context('1')), 400);
    await refused(upload([['a.csv', 'x']], { track_id: id }), 400);
  }
});

test('text that no table can take is refused with its field', async () => {
  const search = await refused(sessions.GET(request('sessions?search=%00'), context()), 400);
  expect(search.errors?.[0]?.field).toBe('search');
  await refused(imports.GET(request('imports?batch=%00'), context()), 400);
  for (const name of ['a\0b', '\ud83c']) {
    const patch = request('sessions/1', { method: 'PATCH', body: JSON.stringify({ name }) });
    await refused(session.PATCH(patch, context('1')), 400);
    const file = { ...trackToFile(circleTrack()), track: { name, location: '' } };
    await refused(
      tracks.POST(request('tracks', { method: 'POST', body: JSON.stringify(file) }), context()),
      400,
    );
  }
  await refused(upload([['a.csv', 'x']], { session_name: 'a\0b' }), 400);
});

test('a fault in a track is named by its place, though a track may have two shapes', async () => {
  const file = trackToFile(circleTrack());
  const gate = file.checkpoints[0];
  const post = (value: unknown) =>
    tracks.POST(request('tracks', { method: 'POST', body: JSON.stringify(value) }), context());
  const many = await refused(post({ ...file, checkpoints: Array(201).fill(gate) }), 400);
  expect(many.errors?.[0]).toEqual({ field: 'checkpoints', message: expect.stringContaining('200') });
  const empty = await refused(post({}), 400);
  expect(empty.errors?.map(({ field }) => field)).toEqual(['track', 'checkpoints']);
});

test('a JSON body without a length is given up at 1 MB', async () => {
  let sent = 0;
  const body = new ReadableStream<Uint8Array>({
    pull(controller) {
      sent += 65_536;
      if (sent > 50_000_000) controller.close();
      else controller.enqueue(new Uint8Array(65_536).fill(32));
    },
  });
  await refused(tracks.POST(streamed('tracks', body, {}), context()), 413);
  expect(sent).toBeLessThan(2_000_000);
});

test('an odd multipart body is refused as one', async () => {
  const odd = (type: string) =>
    imports.POST(
      request('imports', { method: 'POST', body: 'x', headers: { 'content-type': type } }),
      context(),
    );
  await refused(odd(`multipart/form-data; boundary=${'x'.repeat(3000)}`), 400);
  const fields = Object.fromEntries(Array.from({ length: 11 }, (_, index) => [`field${index}`, 'x']));
  const { message } = await refused(upload([['a.csv', 'eleven fields']], fields), 400);
  expect(message).toContain('At most 10 fields');
});

test('a file dated by a broken clock counts as undated', async () => {
  for (const [index, time] of [1e300, -1, 8.64e15].entries()) {
    const csv = circleCsv({ startMs: 1_700_000_000_000 + index });
    const modified = JSON.stringify({ 'a.csv': time });
    expect(await importedItem(upload([['a.csv', csv]], { modified }))).toMatchObject({ status: 'done' });
  }
});

test('an upload that breaks off does not take the same file from another one', async () => {
  const csv = circleCsv({ startMs: 1_710_000_000_000 });
  const part = `--x\r\nContent-Disposition: form-data; name="file"; filename="a.csv"\r\n\r\n${csv}\r\n--x\r\n`;
  let breakOff = (): void => {};
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      controller.enqueue(new TextEncoder().encode(part));
      breakOff = () => controller.error(new Error('the line went dead'));
    },
  });
  const before = spooled().length;
  const type = { 'content-type': 'multipart/form-data; boundary=x' };
  const broken = refused(imports.POST(streamed('imports', body, type), context()), 400);
  await expect.poll(() => spooled().filter((name) => !name.startsWith('incoming')).length).toBe(before + 1);
  await product.pause();
  await upload([['b.csv', csv]]);
  breakOff();
  await broken;
  expect(spooled()).toHaveLength(before + 1);
});

test('a disk that takes no upload is named as the reason', async () => {
  const folder = join(product.dataDir, 'uploads');
  const aside = join(product.dataDir, 'aside');
  renameSync(folder, aside);
  writeFileSync(folder, 'a file where the folder should be');
  try {
    const { error, message } = await refused(upload([['a.csv', 'x'.repeat(300_000)]]), 507);
    expect(error).toBe('storage_failed');
    expect(message).toContain('is no folder');
  } finally {
    rmSync(folder);
    renameSync(aside, folder);
  }
});

test('a file name with a path leads nowhere: only its last part is kept, as a name', async () => {
  const names = [
    '../../../etc/cron.d/x.csv',
    '..\\..\\x.csv',
    '/etc/x.csv',
    'C:\\x.csv',
    '%2e%2e%2fx.csv',
    '..',
    'a\u0001b.csv',
  ];
  const before = new Set(readdirSync(product.dataDir));
  const kept: (string | undefined)[] = [];
  for (const [index, name] of names.entries()) {
    const csv = circleCsv({ startMs: 1_730_000_000_000 + index });
    const body = `--x\r\nContent-Disposition: form-data; name="file"; filename="${name}"\r\n\r\n${csv}\r\n--x--\r\n`;
    const type = { 'content-type': 'multipart/form-data; boundary=x' };
    const answer = await imports.POST(request('imports', { method: 'POST', body, headers: type }), context());
    kept.push(importAccepted.parse(await answer.json()).items[0]?.file);
  }
  expect(kept.slice(0, 4)).toEqual(Array(4).fill('x.csv'));
  for (const name of kept) expect(name).not.toMatch(/[/\\]|\p{Cc}/u);
  expect(new Set(readdirSync(product.dataDir))).toEqual(before);
  for (const file of spooled()) expect(file).toMatch(/^[0-9a-f]{64}/);
});

test('a name is not cut within a character', async () => {
  const name = `${'a'.repeat(199)}🏎.csv`;
  const accepted = await upload([[name, circleCsv({ startMs: 1_720_000_000_000 })]]);
  expect(importAccepted.parse(await accepted.json()).items[0]?.file).toBe(`${'a'.repeat(199)}🏎`);
});
