import { afterAll, beforeAll, expect, test } from 'vitest';
import { SEED_ROUTES } from '@/lib/api/seed-routes';
import { apiError } from '@/lib/contracts/common';
import { trackToFile } from '@/lib/formats/track-file';
import { circleTrack } from '../support/circle';
import { testDatabases } from '../support/database';
import { askOldUrl, jsonBody } from '../support/old-urls';
import { openProduct, type Product } from '../support/product';

const [database] = await testDatabases();
if (!database) throw new Error('There is always the embedded database.');

let product: Product;
beforeAll(async () => {
  product = await openProduct(database);
});
afterAll(() => product?.stop());

async function refused(answer: Promise<Response>, status: number) {
  const response = await answer;
  const body = apiError.parse(await response.json());
  expect([response.status, body.status_code]).toEqual([status, status]);
  expect(body.request_id).toBe(response.headers.get('x-request-id'));
  return { ...body, headers: response.headers };
}

const ask = (method: 'GET' | 'POST' | 'PUT' | 'DELETE', target: string, init: RequestInit = {}) =>
  askOldUrl(method, target, { ...init, headers: { ...product.headers, ...init.headers } });

const withId = SEED_ROUTES.filter((route) => route.path.includes('{id}'));

test('what is no number of a row is no path: 404, not an error of the database', async () => {
  const odd = [
    '1e3',
    '-1',
    '+1',
    '1.0',
    '0x1',
    '%2e%2e',
    '..',
    '1%20',
    ' 1',
    '١',
    '2147483648',
    '9'.repeat(400),
    '{id}',
    'NaN',
    '',
  ];
  for (const { method, path } of withId)
    for (const id of odd) await refused(askOldUrl(method, path.replace('{id}', id)), 404);
});

test('the greatest number and one with zeros before it are asked for', async () => {
  for (const { method, path } of withId) {
    if (method === 'POST') continue;
    const response = await askOldUrl(method, path.replace('{id}', '2147483647'), product);
    expect([path, response.status]).toEqual([path, 404]);
    expect(response.headers.get('deprecation')).toBe('true');
  }
  const made = await ask('POST', '/api/track', jsonBody(trackToFile(circleTrack())));
  const { id } = await made.json();
  expect((await ask('GET', `/api/track/00${id}`)).status).toBe(200);
});

test('an unknown path is said in JSON, parts of known ones and planned ones too', async () => {
  for (const path of [
    '/api',
    '/api/v1',
    '/api/nothing',
    '/api/track/1/2',
    '/api/Track',
    '/api/edit_user',
    '/api/v1/connect',
    '/api/v1/config',
    '/api/v1/compare',
    '/api/v1/analysis/sectors/1',
    '/api/v1/1/laps/1',
  ]) {
    const { error, headers } = await refused(ask('GET', path), 404);
    expect([error, headers.get('deprecation')]).toEqual(['not_found', null]);
  }
});

test('a wrong method is told the right ones and the new URL', async () => {
  const track = await refused(ask('PUT', '/api/track'), 405);
  expect(track.headers.get('allow')).toBe('GET, POST');
  expect(track.headers.get('link')).toBe('</api/v1/tracks>; rel="successor-version"');
  const populate = await refused(ask('GET', '/api/db_populate'), 405);
  expect(populate.headers.get('allow')).toBe('POST');
  const user = await refused(ask('DELETE', '/api/get_user/7'), 405);
  expect(user.headers.get('link')).toBe('</api/v1/users/7>; rel="successor-version"');
});

test('HEAD is answered where GET is', async () => {
  const head = await askOldUrl('HEAD', '/api/hello');
  expect([head.status, head.headers.get('deprecation')]).toEqual([200, 'true']);
});

test('a body that is no object, of an unknown type or broken is refused by its place', async () => {
  for (const value of [[], 'text', 7, null, true]) {
    const { errors } = await refused(ask('POST', '/api/login', jsonBody(value)), 400);
    expect(errors?.[0]?.field).toBe('body');
  }
  const typed = (type: string, body: string) =>
    ask('POST', '/api/login', { body, headers: { 'content-type': type } });
  await refused(typed('application/json', '{'), 400);
  await refused(typed('application/json', ''), 400);
  await refused(typed('application/xml', '<a/>'), 415);
  await refused(typed('multipart/form-data; boundary=x', 'nothing of a form'), 400);
  await refused(typed('multipart/form-data', 'no boundary'), 415);
  const twice = await refused(typed('application/x-www-form-urlencoded', 'username=a&username=b'), 400);
  expect(twice.errors?.[0]?.field).toBe('username');
  const missing = await refused(typed('application/x-www-form-urlencoded', 'username=a'), 400);
  expect(missing.errors?.[0]?.field).toBe('password');
  await refused(ask('POST', '/api/login', jsonBody({ username: 'x'.repeat(1_100_000) })), 413);
});

test('null, text and fractions are no level: nobody is made inactive by them', async () => {
  for (const level of [null, '', true, '1e0', 1.5, -1, 6, [2], '２'])
    await refused(
      ask('POST', '/api/add_user', jsonBody({ username: 'Odd', password: 'long enough for all', level })),
      400,
    );
});

test('a track file is taken as an upload; faults in it are named by their path', async () => {
  const upload = (...files: [name: string, text: string][]) => {
    const form = new FormData();
    for (const [name, text] of files) form.append(name, new Blob([text]), 'track.json');
    return ask('POST', '/api/track', { body: form });
  };
  const text = `\uFEFF${JSON.stringify(trackToFile(circleTrack('Uploaded', 5000)))}`;
  const taken = await upload(['file', text]);
  expect([taken.status, (await taken.json()).name]).toEqual([201, 'Uploaded']);
  for (const files of [
    [],
    [
      ['file', text],
      ['more', text],
    ],
  ] satisfies [string, string][][])
    expect((await refused(upload(...files), 400)).errors?.[0]?.field).toBe('file');
  expect((await refused(upload(['file', '{']), 400)).errors?.[0]?.field).toBe('file');

  const file = trackToFile(circleTrack());
  const odd = { ...file, checkpoints: [{ ...file.checkpoints[0], type: 'gate' }] };
  const { error, errors } = await refused(ask('POST', '/api/track', jsonBody(odd)), 422);
  expect([error, errors?.[0]?.field]).toEqual(['bad_track', 'checkpoints.0.type']);
  const twoStarts = { ...file, checkpoints: file.checkpoints.map((gate) => ({ ...gate, type: 'start' })) };
  await refused(ask('POST', '/api/track', jsonBody(twoStarts)), 422);
});

test('wrong passwords end in a wait, as at the new URL', async () => {
  const guess = () => askOldUrl('POST', '/api/login', jsonBody({ username: 'Nobody', password: 'guessed' }));
  const statuses: number[] = [];
  for (let tries = 0; tries < 7; tries++) statuses.push((await guess()).status);
  expect(statuses.slice(0, 5)).toEqual([401, 401, 401, 401, 401]);
  const { headers } = await refused(guess(), 429);
  expect(Number(headers.get('retry-after'))).toBeGreaterThan(0);
});

test('sample rates beyond the limits are refused by their name', async () => {
  for (const rate of ['0', '101', '-1', '1e1', 'x', '']) {
    const { errors } = await refused(ask('GET', `/api/v1/1/telemetry?sample_rate=${rate}`), 400);
    expect(errors?.[0]?.field).toBe('sample_rate');
  }
});

test('the circuit is added once however often it is asked for', async () => {
  const add = async () => (await (await ask('POST', '/api/db_populate')).json()).track.id;
  expect(await add()).toBe(await add());
});
