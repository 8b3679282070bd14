import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import * as anyPath from '@/app/api/v1/[...path]/route';
import * as demo from '@/app/api/v1/demo/route';
import * as devices from '@/app/api/v1/devices/route';
import * as importOne from '@/app/api/v1/imports/[id]/route';
import * as imports from '@/app/api/v1/imports/route';
import * as importStream from '@/app/api/v1/imports/stream/route';
import * as trace from '@/app/api/v1/laps/[id]/trace/route';
import * as laps from '@/app/api/v1/sessions/[id]/laps/route';
import * as reprocess from '@/app/api/v1/sessions/[id]/reprocess/route';
import * as session from '@/app/api/v1/sessions/[id]/route';
import * as sessions from '@/app/api/v1/sessions/route';
import * as status from '@/app/api/v1/status/route';
import * as trackFileRoute from '@/app/api/v1/tracks/[id]/file/route';
import * as track from '@/app/api/v1/tracks/[id]/route';
import * as tracks from '@/app/api/v1/tracks/route';
import { apiError } from '@/lib/contracts/common';
import { deviceItem } from '@/lib/contracts/devices';
import { importAccepted, importItem, importList } from '@/lib/contracts/imports';
import { lapList, lapTrace } from '@/lib/contracts/laps';
import { reprocessAccepted, sessionDetail, sessionList } from '@/lib/contracts/sessions';
import { systemStatus } from '@/lib/contracts/system';
import { trackDetail, trackList, trackShape } from '@/lib/contracts/tracks';
import { parseTrackFile, trackToFile } from '@/lib/formats/track-file';
import { MAX_UPLOAD_BYTES } from '@/lib/spool';
import { circleCsv, circleTrack } from '../support/circle';
import { testDatabases } from '../support/database';
import { openProduct, type Product } from '../support/product';
import { until } from '../support/until';

const [database] = await testDatabases();
if (!database) throw new Error('There is always the embedded database.');

const context = (params: Record<string, string> = {}) => ({ params: Promise.resolve(params) });
let login: Record<string, string> = {};
const get = (path: string, headers: Record<string, string> = {}) =>
  new Request(`http://127.0.0.1:3000/api/v1/${path}`, { headers: { ...login, ...headers } });
const send = (method: string, path: string, body?: BodyInit, headers: Record<string, string> = {}) =>
  new Request(`http://127.0.0.1:3000/api/v1/${path}`, {
    method,
    headers: { ...login, ...headers },
    ...(body === undefined ? {} : { body, duplex: 'half' }),
  } as RequestInit);
const json = (method: string, path: string, value: unknown) =>
  send(method, path, JSON.stringify(value), { 'content-type': 'application/json' });

describe('the API', () => {
  let product: Product;
  let sessionId = '';
  let trackId = '';

  const upload = (form: FormData) => imports.POST(send('POST', 'imports', form), context());
  const formOf = (files: Record<string, string>, fields: Record<string, string> = {}): FormData => {
    const form = new FormData();
    for (const [name, value] of Object.entries(fields)) form.append(name, value);
    for (const [name, content] of Object.entries(files)) form.append('file', new Blob([content]), name);
    return form;
  };
  const failure = async (response: Response, expected: number) => {
    expect(response.status).toBe(expected);
    const body = apiError.parse(await response.json());
    expect(body.status_code).toBe(expected);
    expect(body.request_id).toBe(response.headers.get('x-request-id'));
    return body;
  };
  const spooled = () => readdirSync(join(product.dataDir, 'uploads'));

  beforeAll(async () => {
    product = await openProduct(database);
    login = product.headers;
    const made = await tracks.POST(json('POST', 'tracks', trackToFile(circleTrack())), context());
    expect(made.status).toBe(201);
    trackId = String(trackShape.parse(await made.json()).id);
    const accepted = await upload(
      formOf(
        { 'a.csv': circleCsv(), 'b.csv': circleCsv({ startMs: 1_750_000_010_000 }) },
        { session_name: 'Club' },
      ),
    );
    expect(accepted.status).toBe(202);
    const { items } = importAccepted.parse(await accepted.json());
    expect(items.map((item) => item.file)).toEqual(['a.csv', 'b.csv']);
    await product.idle();
    const done = await importOne.GET(get(`imports/${items[1]?.id}`), context({ id: String(items[1]?.id) }));
    const item = importItem.parse(await done.json());
    expect(item.message).toBe('3 laps, best 0:30.000, track Round');
    sessionId = String(item.session_id);
  });
  afterAll(() => product?.stop());

  test('every answer has the shape of its contract', async () => {
    const read = async (response: Promise<Response>) => (await response).json();
    const list = sessionList.parse(await read(sessions.GET(get('sessions'), context())));
    expect(list).toMatchObject({ total: 1, next: null });
    expect(list.items[0]).toMatchObject({
      name: 'Club',
      entries: 2,
      complete_laps: 6,
      track: { name: 'Round' },
    });
    sessionDetail.parse(await read(session.GET(get('sessions/1'), context({ id: sessionId }))));
    const rows = lapList.parse(await read(laps.GET(get('sessions/1/laps'), context({ id: sessionId }))));
    expect(rows.total).toBe(10);
    trackList.parse(await read(tracks.GET(get('tracks'), context())));
    const found = trackDetail.parse(await read(track.GET(get('tracks/1'), context({ id: trackId }))));
    expect(found.records).toHaveLength(2);
    const deviceList = await read(devices.GET(get('devices'), context()));
    expect(deviceItem.array().parse(deviceList.items)).toHaveLength(2);
    importList.parse(await read(imports.GET(get('imports'), context())));
    const state = systemStatus.parse(await read(status.GET(get('status'), context())));
    expect(state).toMatchObject({
      sessions_count: 1,
      laps_count: 10,
      fixes_count: 2100,
      database: { ok: true },
    });
    const lap = rows.items[1];
    const one = await trace.GET(
      get(`laps/1/trace?device_id=${lap?.device_id}`),
      context({ id: String(lap?.id) }),
    );
    const { samples, columns } = lapTrace.parse(await one.json());
    expect(columns.speed_mps).toHaveLength(samples);
  });

  test('laps can be filtered, kept by their ETag and saved as CSV', async () => {
    const at = (query: string, headers = {}) =>
      laps.GET(get(`sessions/${sessionId}/laps${query}`, headers), context({ id: sessionId }));
    const complete = lapList.parse(await (await at('?class=complete')).json());
    expect(complete.items.every((lap) => lap.class === 'complete')).toBe(true);
    const tag = (await at('')).headers.get('etag') ?? '';
    expect((await at('', { 'if-none-match': tag })).status).toBe(304);
    expect((await at('?class=complete', { 'if-none-match': tag })).status).toBe(200);
    const csv = await at('?format=csv');
    expect(csv.headers.get('content-type')).toContain('text/csv');
    const [head, first] = (await csv.text()).split('\n');
    expect(head).toContain('lap_time_ms,uncertainty_ms');
    expect(head).toContain('sector_1_ms,sector_2_ms,sector_3_ms');
    expect(first?.split(',')[3]).toBe('outlap');
  });

  test('a session is renamed, reprocessed and deleted', async () => {
    const accepted = await upload(formOf({ 'late.csv': circleCsv({ startMs: 1_770_000_000_000 }) }));
    const [item] = importAccepted.parse(await accepted.json()).items;
    await product.idle();
    const row = importItem.parse(
      await (await importOne.GET(get('imports/x'), context({ id: String(item?.id) }))).json(),
    );
    const id = String(row.session_id);
    const renamed = await session.PATCH(
      json('PATCH', `sessions/${id}`, { name: ' Evening ' }),
      context({ id }),
    );
    expect(sessionDetail.parse(await renamed.json())).toMatchObject({ name: 'Evening', revision: 2 });
    await failure(await session.PATCH(json('PATCH', `sessions/${id}`, { name: '' }), context({ id })), 400);
    const again = await reprocess.POST(send('POST', `sessions/${id}/reprocess`), context({ id }));
    expect(again.status).toBe(202);
    reprocessAccepted.parse(await again.json());
    await product.idle();
    expect((await session.DELETE(send('DELETE', `sessions/${id}`), context({ id }))).status).toBe(204);
    await failure(await session.GET(get(`sessions/${id}`), context({ id })), 404);
  });

  test('a track is saved as a file that gives the same track', async () => {
    const response = await trackFileRoute.GET(get('tracks/1/file'), context({ id: trackId }));
    expect(response.headers.get('content-disposition')).toContain('filename="Round.json"');
    const saved = parseTrackFile(await response.text());
    expect(saved.checkpoints.map((gate) => gate.points)).toEqual(
      circleTrack().checkpoints.map((gate) => gate.points),
    );
  });

  test('wrong requests are refused in the one shape, with the field named', async () => {
    await failure(await session.GET(get('sessions/77'), context({ id: '77' })), 404);
    await failure(await session.GET(get('sessions/x'), context({ id: 'x' })), 404);
    const limit = await failure(await sessions.GET(get('sessions?limit=0'), context()), 400);
    expect(limit.errors?.[0]?.field).toBe('limit');
    await failure(await sessions.GET(get('sessions?cursor=zz'), context()), 400);
    await failure(await tracks.POST(send('POST', 'tracks', '{'), context()), 400);
    await failure(await tracks.POST(json('POST', 'tracks', { track: { name: 'x' } }), context()), 400);
    await failure(await trace.GET(get('laps/9999/trace'), context({ id: '9999' })), 404);
    const nowhere = { params: Promise.resolve({ path: ['nothing', 'here'] }) };
    await failure(await anyPath.GET(get('nothing/here'), nowhere), 404);
    const method = await devices.DELETE(send('DELETE', 'devices'), context());
    await failure(method, 405);
    expect(method.headers.get('allow')).toBe('GET, POST');
  });

  test('wrong uploads are refused and leave no file', async () => {
    const before = spooled();
    await failure(await imports.POST(json('POST', 'imports', {}), context()), 415);
    await failure(await upload(formOf({})), 400);
    await failure(await upload(formOf({ 'a.csv': 'new content 1' }, { track_id: '999' })), 404);
    await failure(await upload(formOf({ 'a.csv': 'new content 2' }, { batch: '!' })), 400);
    await failure(await upload(formOf({ 'a.csv': 'new content 3' }, { modified: 'zz' })), 400);
    const cut = '--x\r\nContent-Disposition: form-data; name="file"; filename="a.csv"\r\n\r\ntime_ms,lat';
    const broken = send('POST', 'imports', cut, { 'content-type': 'multipart/form-data; boundary=x' });
    await failure(await imports.POST(broken, context()), 400);
    expect(spooled()).toEqual(before);
  });

  test('a file above the limit is refused with 413 while it streams, and removed', async () => {
    const before = spooled();
    const head = '--x\r\nContent-Disposition: form-data; name="file"; filename="huge.csv"\r\n\r\n';
    const piece = new Uint8Array(1024 * 1024).fill(49);
    let sent = 0;
    const body = new ReadableStream<Uint8Array>({
      pull(controller) {
        controller.enqueue(sent === 0 ? new TextEncoder().encode(head) : piece);
        sent += piece.length;
        if (sent > 2 * MAX_UPLOAD_BYTES) controller.close();
      },
    });
    const request = send('POST', 'imports', body, { 'content-type': 'multipart/form-data; boundary=x' });
    const answer = await imports.POST(request, context());
    const { message } = await failure(answer, 413);
    expect(message).toContain('huge.csv is larger than 200 MB');
    expect(sent).toBeLessThan(MAX_UPLOAD_BYTES + 50 * 1024 * 1024);
    expect(spooled()).toEqual(before);
  });

  test('the stream of imports begins with what is there and goes on with its batch', async () => {
    const batch = 'stream-batch';
    const response = await importStream.GET(get(`imports/stream?batch=${batch}`), context());
    const reader = response.body?.getReader();
    let text = '';
    const upTo = (part: string) =>
      until(part, async () => {
        text += new TextDecoder().decode((await reader?.read())?.value);
        return text.includes(part);
      });
    await upload(formOf({ 's.csv': circleCsv({ startMs: 1_780_000_000_000 }) }, { batch }));
    await upTo('"status":"done"');
    expect(text).toContain('event: import');
    expect(text).not.toContain('"file":"a.csv"');
    await reader?.cancel();
    const all = await importStream.GET(get('imports/stream'), context());
    const first = all.body?.getReader();
    let view = '';
    await until('an earlier import', async () => {
      view += new TextDecoder().decode((await first?.read())?.value);
      return view.includes('"file":"a.csv"');
    });
    await first?.cancel();
  });

  test('the demo comes by its job, marked as simulated', async () => {
    expect((await demo.POST(send('POST', 'demo'), context())).status).toBe(202);
    await product.idle();
    const found = await sessions.GET(get('sessions?search=demo'), context());
    const [item] = sessionList.parse(await found.json()).items;
    expect(item).toMatchObject({ simulated: true, entries: 6 });
    expect(item?.complete_laps).toBeGreaterThan(40);
  });
});
