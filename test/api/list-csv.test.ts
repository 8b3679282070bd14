import { afterAll, beforeAll, expect, test } from 'vitest';
import { GET as getLogs } from '@/app/api/v1/logs/route';
import { GET as getLaps } from '@/app/api/v1/sessions/[id]/laps/route';
import { GET as getSessions } from '@/app/api/v1/sessions/route';
import { GET as getTracks } from '@/app/api/v1/tracks/route';
import { GET as getUsage } from '@/app/api/v1/usage/route';
import { GET as getUsers } from '@/app/api/v1/users/route';
import { apiError } from '@/lib/contracts/common';
import { trackToFile } from '@/lib/formats/track-file';
import { updateMe } from '@/lib/services/me';
import { circleCsv, circleTrack } from '../support/circle';
import { testDatabases } from '../support/database';
import { makePerson, type Person } from '../support/people';
import { openProduct, type Product } from '../support/product';

const [database] = await testDatabases();
if (!database) throw new Error('There is always the embedded database.');

let product: Product;
let admin: Person;

beforeAll(async () => {
  product = await openProduct(database);
  admin = await makePerson(product.ctx, 5, '=HYPERLINK("x")');
  await product.drop([{ name: 'track.json', content: JSON.stringify(trackToFile(circleTrack())) }]);
  await product.drop([{ name: '+1,"quoted".csv', content: circleCsv() }], { sessionName: '@evil, "one"' });
});
afterAll(() => product?.stop());

type Handler = typeof getLogs;
const ask = (handler: Handler, path: string, params: Record<string, string> = {}) =>
  handler(new Request(`http://127.0.0.1:3000/api/v1/${path}`, { headers: admin.headers }), {
    params: Promise.resolve(params),
  });
const refused = async (answer: Promise<Response>, status: number) => {
  const response = await answer;
  expect(response.status).toBe(status);
  return apiError.parse(await response.json());
};

/** `count` rows of the audit log, oldest first. */
async function fillLog(count: number): Promise<void> {
  await product.runtime.sql`
    insert into logs (actor, action, target_id, details)
    select 'system', 'test.row', n::text, '{"a": 1}'::jsonb from generate_series(1, ${count}::int) as n`;
}

test('a list is saved as a table under the names of its fields', async () => {
  const answer = await ask(getSessions, 'sessions?format=csv');
  expect(answer.headers.get('content-type')).toBe('text/csv; charset=utf-8');
  expect(answer.headers.get('content-disposition')).toContain('filename="sessions.csv"');
  const [head, row] = (await answer.text()).split('\n');
  expect(head).toBe(
    'id,name,kind,track_id,track_name,started_at,ended_at,simulated,live,entries,laps,complete_laps,best_ms,best_label,owner_id,owner_username,created_at',
  );
  expect(row).toMatch(/^1,"'@evil, ""one""",practice,1,Round,2025-06-15T15:06:40.000Z,/);
});

test('an owner and what is no single value have their cells', async () => {
  const [head, row] = (await (await ask(getTracks, 'tracks?format=csv')).text()).split('\n');
  expect(head).not.toContain('outline');
  expect(row).toContain('Round');
  await fillLog(1);
  const log = await (await ask(getLogs, 'logs?format=csv&action=test.row')).text();
  expect(log.split('\n')[1]).toContain('"{""a"":1}"');
  expect((await (await ask(getUsage, 'usage?format=csv')).text()).split('\n')[0]).toBe(
    'user_id,username,action,count,first_at,last_at',
  );
  expect(await (await ask(getUsers, 'users?format=csv')).text()).toContain(`"'=HYPERLINK(""x"")"`);
});

test('laps have a column for each sector', async () => {
  const answer = await ask(getLaps, 'sessions/latest/laps?format=csv&class=complete', { id: 'latest' });
  expect(answer.headers.get('content-disposition')).toContain('filename="session-latest-laps.csv"');
  const rows = (await answer.text()).trimEnd().split('\n');
  expect(rows[0]).toMatch(/,sector_1_ms,sector_2_ms,sector_3_ms$/);
  expect(rows).toHaveLength(4);
  const empty = await ask(getLaps, 'sessions/1/laps?format=csv&class=pitstop', { id: '1' });
  expect((await empty.text()).split('\n')).toHaveLength(2);
});

test('all rows of a long list come, page by page, though rows come in meanwhile', async () => {
  await fillLog(4500);
  const answer = await ask(getLogs, 'logs?format=csv&action=test.row');
  const reader = answer.body?.getReader();
  let text = '';
  let pieces = 0;
  for (let part = await reader?.read(); part?.value; part = await reader?.read()) {
    text += new TextDecoder().decode(part.value);
    if (++pieces === 2) await fillLog(7);
  }
  expect(pieces).toBeGreaterThan(4);
  const ids = text
    .trimEnd()
    .split('\n')
    .slice(1)
    .map((row) => row.split(',')[0]);
  expect(ids.length).toBe(4501);
  expect(new Set(ids).size).toBe(ids.length);
});

test('a table of one page names the next by a link', async () => {
  const answer = await ask(getLogs, 'logs?format=csv&limit=2&action=test.row');
  expect((await answer.text()).trimEnd().split('\n')).toHaveLength(3);
  expect(answer.headers.get('link')).toBe(
    '</api/v1/logs?format=csv&limit=2&action=test.row&cursor=2>; rel="next"',
  );
});

test('a table with too many rows is refused before it begins', async () => {
  await fillLog(100_001);
  const { error, message } = await refused(ask(getLogs, 'logs?format=csv&action=test.row'), 400);
  expect(error).toBe('too_many_rows');
  expect(message).toContain('at most 100000 fit');
  await product.runtime.sql`delete from logs where action = 'test.row' and id % 20 > 0`;
});

test('a page beyond the last still tells how many there are', async () => {
  const person = await makePerson(product.ctx, 1);
  await updateMe(person.ctx, { theme: 'dark' });
  for (const [handler, path] of [
    [getSessions, 'sessions'],
    [getUsage, 'usage'],
  ] as const) {
    const { total } = await (await ask(handler, path)).json();
    expect(total).toBeGreaterThan(0);
    const beyond = await (await ask(handler, `${path}?cursor=5000`)).json();
    expect(beyond).toMatchObject({ items: [], total, next: null });
  }
});

test('another format is refused, and so is a table where there is none', async () => {
  const { errors } = await refused(ask(getSessions, 'sessions?format=xml'), 400);
  expect(errors?.[0]?.field).toBe('format');
});

test('a list is kept by its tag until anything that it shows changes', async () => {
  const at = (tag: string) =>
    getLaps(
      new Request('http://127.0.0.1:3000/api/v1/sessions/1/laps', {
        headers: { ...admin.headers, 'if-none-match': tag },
      }),
      { params: Promise.resolve({ id: '1' }) },
    );
  const tag = (await at('')).headers.get('etag') ?? '';
  for (const known of [tag, `W/${tag}`, `"x", ${tag}`, '*']) expect((await at(known)).status).toBe(304);
  expect((await at('"x"')).status).toBe(200);
});
