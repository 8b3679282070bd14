import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { apiError } from '@/lib/contracts/common';
import { trackToFile } from '@/lib/formats/track-file';
import { closeStreams, streamClosers } from '@/lib/live/closers';
import { getSessionLaps } from '@/lib/services/sessions';
import { createTrack } from '@/lib/services/track-edits';
import { circleCsv, circleTrack } from '../support/circle';
import { testDatabases } from '../support/database';
import { askOldUrl, jsonBody } from '../support/old-urls';
import { makePerson, type Person } from '../support/people';
import { openProduct, type Product } from '../support/product';
import { until } from '../support/until';

const [database] = await testDatabases();
if (!database) throw new Error('There is always the embedded database.');

const START_MS = 1_750_000_000_000;
const iso = (timeMs: number): string => new Date(timeMs).toISOString();

let product: Product;
let person: Person;
let trackId = 0;
let deviceId = 0;

beforeAll(async () => {
  product = await openProduct(database);
  trackId = (await createTrack(product.ctx, trackToFile(circleTrack()))).id;
  const [item] = await product.drop([{ name: 'a.csv', content: circleCsv({ startMs: START_MS }) }]);
  const { items } = await getSessionLaps(product.ctx, { ref: item?.session_id ?? 0 });
  deviceId = items[0]?.device_id ?? 0;
  person = await makePerson(product.ctx, 2);
});
afterAll(() => product?.stop());

/** A window of its own for each test: the same one twice is one session. */
let windows = 0;
const order = (changes: Record<string, unknown> = {}) => ({
  deviceId,
  trackId,
  sessionName: 'Heat',
  from: iso(START_MS),
  to: iso(START_MS + 200_000 + ++windows * 1000),
  ...changes,
});
const post = (body: unknown, query = '', headers: Record<string, string> = {}, signal?: AbortSignal) =>
  askOldUrl('POST', `/api/session${query}`, {
    ...jsonBody(body, { ...person.headers, ...headers }),
    ...(signal && { signal }),
  });
const read = (id: number) => askOldUrl('GET', `/api/session/${id}`, { headers: person.headers });

const accepted = z.strictObject({
  session_id: z.int(),
  job_id: z.int().nullable(),
  session_url: z.string(),
});
const timed = z.looseObject({
  id: z.int(),
  laps: z.array(
    z.looseObject({
      number: z.int(),
      class: z.string(),
      lapTimeS: z.number(),
      sectors: z.array(z.object({ timeS: z.number().nullable(), deltaS: z.number().nullable() })),
    }),
  ),
});

test('an accepted session has its laps at its own URL when the job is over', async () => {
  const response = await post(order());
  expect(response.status).toBe(202);
  const { session_id, session_url } = accepted.parse(await response.json());
  expect(session_url).toBe(`/api/session/${session_id}`);
  await product.idle();
  const { laps } = timed.parse(await (await read(session_id)).json());
  expect(laps.map((lap) => lap.class)).toEqual(['Outlap', 'Complete', 'Complete', 'Complete', 'Invalid']);
  const complete = laps.filter((lap) => lap.class === 'Complete');
  for (const lap of complete) {
    expect(lap.lapTimeS).toBeCloseTo(30, 2);
    const sum = lap.sectors.reduce((total, sector) => total + (sector.timeS ?? Number.NaN), 0);
    expect(sum).toBeCloseTo(lap.lapTimeS, 5);
  }
  const deltas = complete.map((lap) => lap.sectors[0]?.deltaS ?? Number.NaN);
  expect(Math.min(...deltas)).toBe(0);
});

test('who waits gets the laps with the answer, and again for the same window', async () => {
  const body = order();
  const first = await post(body, '?wait=true');
  expect(first.status).toBe(201);
  const session = timed.parse(await first.json());
  expect(session.laps).toHaveLength(5);
  const again = await post(body, '?wait=true');
  expect(again.status).toBe(200);
  expect(timed.parse(await again.json())).toEqual(session);
  const plain = await post(body);
  expect(plain.status).toBe(200);
  expect(accepted.parse(await plain.json())).toMatchObject({ session_id: session.id, job_id: null });
});

test('who wants events hears of the progress and gets the laps with the last one', async () => {
  const response = await post(order(), '', { accept: 'text/event-stream' });
  expect(response.headers.get('content-type')).toContain('text/event-stream');
  expect(response.headers.get('deprecation')).toBe('true');
  const events = (await response.text())
    .trim()
    .split('\n\n')
    .map((event) => {
      const [, name, data] = /^event: (\w+)\ndata: (.*)$/.exec(event) ?? [];
      return { name, data: JSON.parse(data ?? 'null') };
    });
  expect(events[0]?.name).toBe('progress');
  expect(events.at(-1)?.name).toBe('complete');
  expect(timed.parse(events.at(-1)?.data).laps).toHaveLength(5);
});

test('a window without a zone is refused by its field, one with an offset is taken', async () => {
  for (const field of ['from', 'to']) {
    const refused = await post(order({ [field]: '2025-06-15T15:06:40' }));
    const { errors } = apiError.parse(await refused.json());
    expect([refused.status, errors?.map((one) => one.field)]).toEqual([400, [field]]);
  }
  const offset = { from: '2025-06-15T17:06:40+02:00', to: '2025-06-15T17:10:30+02:00' };
  const taken = await post(order(offset), '?wait=1');
  expect(taken.status).toBe(201);
  expect(await taken.json()).toMatchObject({
    from: '2025-06-15T15:06:40.000Z',
    to: '2025-06-15T15:10:30.000Z',
  });
});

test('a form brings the same as JSON', async () => {
  const fields = Object.entries(order()).map(([name, value]): [string, string] => [name, String(value)]);
  const form = await askOldUrl('POST', '/api/session', {
    headers: person.headers,
    body: new URLSearchParams(fields),
  });
  expect(form.status).toBe(202);
  const parts = new FormData();
  for (const [name, value] of fields) parts.append(name, value);
  const multipart = await askOldUrl('POST', '/api/session', { headers: person.headers, body: parts });
  expect(multipart.status).toBe(200);
});

test('what is not there or nobody sent is said, and no session is left', async () => {
  const count = async () => (await product.runtime.sql`select count(*)::int as n from sessions`)[0]?.n;
  const before = await count();
  expect((await post(order({ deviceId: 99_999 }))).status).toBe(404);
  expect((await post(order({ trackId: 99_999 }))).status).toBe(404);
  expect((await post(order({ from: iso(START_MS + 900_000_000) }))).status).toBe(400);
  const far = { from: iso(START_MS + 9e8), to: iso(START_MS + 9.001e8) };
  expect((await post(order(far))).status).toBe(422);
  expect(await count()).toBe(before);
});

test('who goes while the work has not begun is answered as if nobody waited', async () => {
  await product.pause();
  const leaving = new AbortController();
  const answer = post(order(), '?wait=true', {}, leaving.signal);
  leaving.abort();
  expect((await answer).status).toBe(202);
});

test('a timing that failed is said with its remedy, to who waits and to who listens', async () => {
  await product.pause();
  const body = order();
  const { job_id, session_id } = accepted.parse(await (await post(body)).json());
  await product.runtime
    .sql`update jobs set status = 'failed', error = 'the disk is full' where id = ${job_id}`;
  const waited = await post(body, '?wait=true');
  const { error, message } = apiError.parse(await waited.json());
  expect([waited.status, error]).toEqual([500, 'timing_failed']);
  expect(message).toContain(`the disk is full`);
  expect(message).toContain(`/api/v1/sessions/${session_id}/reprocess`);
  const events = await (await post(body, '', { accept: 'text/event-stream' })).text();
  expect(events).toContain('event: error\ndata: {"error":"timing_failed"');
});

test('a listener ends with a stop of the server, and when it goes', async () => {
  await product.pause();
  const before = streamClosers().size;
  const listen = () => post(order(), '', { accept: 'text/event-stream' });
  const stopped = await listen();
  const text = stopped.text();
  await until('it listens', () => streamClosers().size > before);
  closeStreams();
  expect(await text).toContain('event: progress');
  const left = (await listen()).body?.getReader();
  await left?.read();
  await left?.cancel();
  await until('nobody listens', () => streamClosers().size === before);
});
