import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { POST as addKey } from '@/app/api/v1/devices/[id]/keys/route';
import { POST as addDevice } from '@/app/api/v1/devices/route';
import { GET, POST } from '@/app/api/v1/osmand/[key]/route';
import { loggedUrl } from '@/lib/api/logged-url';
import { openRateLimiter } from '@/lib/auth/rate-limits';
import { apiError } from '@/lib/contracts/common';
import { type DeviceKeyCreated, deviceKeyCreated } from '@/lib/contracts/device-keys';
import { revokeDeviceKey } from '@/lib/services/device-keys';
import { updateUser } from '@/lib/services/users';
import { testDatabases } from '../support/database';
import { makePerson, type Person } from '../support/people';
import { openProduct, type Product } from '../support/product';

const databases = await testDatabases();
const AT_S = 1_750_000_000;

describe.each(databases)('a phone on $name', (database) => {
  let product: Product;
  let owner: Person;
  let phone: DeviceKeyCreated;
  beforeAll(async () => {
    product = await openProduct(database);
    owner = await makePerson(product.ctx, 1);
    phone = await newPhone(owner);
  });
  afterAll(() => product?.stop());

  async function newPhone({ headers }: Person): Promise<DeviceKeyCreated> {
    const url = 'http://127.0.0.1:3000/api/v1/devices';
    const body = JSON.stringify({ name: 'Phone in car 7' });
    const answer = await addDevice(new Request(url, { method: 'POST', headers, body }), {
      params: Promise.resolve({}),
    });
    expect(answer.status).toBe(201);
    return deviceKeyCreated.parse(await answer.json());
  }

  const context = (key: string) => ({ params: Promise.resolve({ key }) });
  const get = (query: string, key = phone.key) =>
    GET(new Request(`http://127.0.0.1:3000/api/v1/osmand/${key}${query}`), context(key));
  const post = (body: string, type: string, query = '', key = phone.key) =>
    POST(
      new Request(`http://127.0.0.1:3000/api/v1/osmand/${key}${query}`, {
        method: 'POST',
        headers: { 'content-type': type },
        body,
      }),
      context(key),
    );
  const done = async (answer: Response) => {
    expect([answer.status, await answer.text()]).toEqual([200, '']);
  };
  const refused = async (answer: Response) => apiError.parse(await answer.json());
  const state = async () => {
    await product.ctx.ingest.drain();
    const [row] = await product.runtime.sql`
      select * from device_states where device_id = ${phone.device_id}`;
    return row;
  };

  test('stores what it sends as a query, as a form and as JSON, and hears an empty 200', async () => {
    await done(await get(`/?id=anything&lat=41.5&lon=2.2&timestamp=${AT_S}&speed=10&batt=80`));
    await done(await get(`?lat=41.5&lon=2.2&timestamp=${AT_S}&speed=10&batt=80`));
    const form = `lat=41.6&lon=2.2&timestamp=${AT_S + 1}`;
    await done(await post(form, 'application/x-www-form-urlencoded'));
    await done(await post('', 'application/x-www-form-urlencoded', `?${form.replace('+1', '+2')}`));
    const coords = { latitude: 41.7, longitude: 2.2, speed: 12, heading: -1, accuracy: 5 };
    const location = { timestamp: new Date(AT_S * 1000 + 2500).toISOString(), coords };
    await done(await post(JSON.stringify({ device_id: 'x', location }), 'application/json; charset=utf-8'));
    expect(await state()).toMatchObject({ stored: '3', duplicates: '2', y: 41.7, speed_mps: 12 });
  });

  test('that only says that it lives leaves its last place', async () => {
    const before = await state();
    await done(await get('?batt=50&charge=true'));
    const after = await state();
    expect(after?.attributes).toMatchObject({ battery_pct: 50, charge: true });
    expect([after?.last_us, after?.stored]).toEqual([before?.last_us, before?.stored]);
    expect(Date.parse(after?.received_at)).toBeGreaterThan(Date.parse(before?.received_at));
  });

  test('hears nothing bad of what can never be stored, which it would repeat for ever; it is counted', async () => {
    await done(await get(`?lat=50&lon=2.2&timestamp=${AT_S}`));
    await done(await get('?lat=1&lon=2&valid=false'));
    await done(await get('?lat=0&lon=0'));
    await done(await get('?lat=91&lon=2'));
    const counts = { conflict: 1, not_valid: 1, null_island: 1, out_of_range: 1 };
    expect((await state())?.refused).toMatchObject(counts);
  });

  test.each([
    [`?lat=41&lon=2&timestamp=${4e12}`, /ahead of the server’s clock/],
    ['?lat=41', /lat and lon must come together/],
    ['?lat=41&lon=2&timestamp=soon', /timestamp must be/],
  ])('hears in words what is wrong with %s', async (query, words) => {
    const before: Record<string, number> = (await state())?.refused;
    const { status_code, message } = await refused(await get(query));
    expect([status_code, message]).toEqual([400, expect.stringMatching(words)]);
    const after: Record<string, number> = (await state())?.refused;
    const sum = (counts: Record<string, number>) => Object.values(counts).reduce((all, one) => all + one, 0);
    expect(sum(after)).toBe(sum(before) + 1);
  });

  test('is refused in one and the same way with a key that is unknown, revoked or of an account that ended', async () => {
    const answerOf = async (key: string) => {
      const { request_id: _, ...rest } = await refused(await get('?lat=41&lon=2', key));
      return rest;
    };
    const unknown = await answerOf('pwd_unknown');
    expect(unknown).toMatchObject({ status_code: 401, error: 'unknown_key' });
    const second = deviceKeyCreated.parse(
      await (
        await addKey(new Request('http://127.0.0.1:3000/x', { method: 'POST', headers: owner.headers }), {
          params: Promise.resolve({ id: String(phone.device_id) }),
        })
      ).json(),
    );
    await done(await get('?batt=1', second.key));
    await revokeDeviceKey(owner.ctx, { deviceId: phone.device_id, id: second.id });
    expect(await answerOf(second.key)).toEqual(unknown);
    expect(await answerOf(`${phone.key}x`)).toEqual(unknown);
    const ended = await makePerson(product.ctx, 1);
    const theirs = await newPhone(ended);
    await done(await get('?batt=1', theirs.key));
    const admin = await makePerson(product.ctx, 5);
    await updateUser(admin.ctx, { id: ended.row.id, level: 0 });
    expect(await answerOf(theirs.key)).toEqual(unknown);
    await updateUser(admin.ctx, { id: ended.row.id, level: 1 });
    await product.runtime.sql`update devices set owner_id = ${owner.row.id} where id = ${theirs.device_id}`;
    expect(await answerOf(theirs.key)).toEqual(unknown);
  });

  test('is not held up by others behind its address; who tries keys is', async () => {
    const { limiter } = product.ctx.auth;
    product.ctx.auth.limiter = openRateLimiter({ perMinute: 2 });
    try {
      for (let request = 0; request < 5; request++) await done(await get('?batt=5'));
      const statuses: number[] = [];
      for (let request = 0; request < 4; request++) statuses.push((await get('?batt=5', 'pwd_no')).status);
      expect(statuses).toEqual([401, 401, 429, 429]);
    } finally {
      product.ctx.auth.limiter = limiter;
    }
  });
});

test('no key stands in a line of the log', () => {
  expect(loggedUrl('http://x/api/v1/osmand/pwd_abc?lat=1')).toBe('http://x/api/v1/osmand/…?lat=1');
  expect(loggedUrl('/api/v1/osmand/pwd_abc/?lat=1')).toBe('/api/v1/osmand/…/?lat=1');
  expect(loggedUrl('/upstream?key=pw_abc&a=1')).toBe('/upstream?key=…&a=1');
  expect(loggedUrl('/upstream?a=1&token=x.y.z')).toBe('/upstream?a=1&token=…');
});
