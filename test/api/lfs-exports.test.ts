import { afterAll, beforeAll, expect, test } from 'vitest';
import * as lapCsv from '@/app/api/v1/export/csv/[id]/route';
import * as lapJson from '@/app/api/v1/export/json/[id]/route';
import * as wholeSession from '@/app/api/v1/export/session/[id]/route';
import * as lapExport from '@/app/api/v1/laps/[id]/export/route';
import * as sessionExport from '@/app/api/v1/sessions/[id]/export/route';
import { trackToFile } from '@/lib/formats/track-file';
import { getSessionLaps } from '@/lib/services/sessions';
import { createTrack } from '@/lib/services/track-edits';
import { circleCsv, circleTrack } from '../support/circle';
import { testDatabases } from '../support/database';
import { openProduct, type Product } from '../support/product';

const [database] = await testDatabases();
if (!database) throw new Error('There is always the embedded database.');

let product: Product;
const ids = { session: 0, lap: 0 };

beforeAll(async () => {
  product = await openProduct(database);
  await createTrack(product.ctx, trackToFile(circleTrack()));
  const [item] = await product.drop([{ name: 'a.csv', content: circleCsv() }]);
  ids.session = item?.session_id ?? 0;
  const { items } = await getSessionLaps(product.ctx, { ref: ids.session });
  ids.lap = items.find((lap) => lap.class === 'complete')?.id ?? 0;
});
afterAll(() => product?.stop());

type Handler = (request: Request, context: { params: Promise<{ id: string }> }) => Promise<Response>;
const ask = (handler: Handler, id: number, query = '') =>
  handler(new Request(`http://127.0.0.1:3000/x${query}`, product), {
    params: Promise.resolve({ id: String(id) }),
  });

test('a lap and a session are saved under the older paths as under the new ones', async () => {
  const pairs: [Handler, Handler, number, string, string][] = [
    [lapCsv.GET, lapExport.GET, ids.lap, '', '?format=csv'],
    [lapJson.GET, lapExport.GET, ids.lap, '', '?format=json'],
    [wholeSession.GET, sessionExport.GET, ids.session, '', '?format=csv'],
    [wholeSession.GET, sessionExport.GET, ids.session, '?format=json', '?format=json'],
  ];
  for (const [older, newer, id, olderQuery, newerQuery] of pairs) {
    const [a, b] = [await ask(older, id, olderQuery), await ask(newer, id, newerQuery)];
    expect(a.status).toBe(200);
    expect(a.headers.get('content-disposition')).toBe(b.headers.get('content-disposition'));
    expect(a.headers.get('content-type')).toBe(b.headers.get('content-type'));
    const text = await a.text();
    expect(text.length).toBeGreaterThan(1000);
    expect(text).toBe(await b.text());
  }
});

test('what is not there is said, and no other format is taken for one', async () => {
  for (const route of [lapCsv, lapJson, wholeSession])
    expect((await ask(route.GET, 99_999)).status).toBe(404);
  expect((await ask(wholeSession.GET, ids.session, '?format=excel')).status).toBe(400);
  expect((await ask(lapCsv.GET, ids.lap, '?format=json')).status).toBe(400);
});
