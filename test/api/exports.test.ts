import { afterAll, beforeAll, expect, test } from 'vitest';
import { GET as exportLap } from '@/app/api/v1/laps/[id]/export/route';
import { GET as exportSession } from '@/app/api/v1/sessions/[id]/export/route';
import { apiError } from '@/lib/contracts/common';
import type { LapItem } from '@/lib/contracts/laps';
import { trackToFile } from '@/lib/formats/track-file';
import { getSession, getSessionLaps } from '@/lib/services/sessions';
import { circleCsv, circleTrack } from '../support/circle';
import { testDatabases } from '../support/database';
import { makePerson, type Person } from '../support/people';
import { openProduct, type Product } from '../support/product';

const [database] = await testDatabases();
if (!database) throw new Error('There is always the embedded database.');

const START_MS = 1_750_000_000_000;
let product: Product;
let person: Person;
let sessionId: number;
let deviceIds: number[];
let laps: LapItem[];

beforeAll(async () => {
  product = await openProduct(database);
  person = await makePerson(product.ctx, 1);
  await product.drop([{ name: 'track.json', content: JSON.stringify(trackToFile(circleTrack())) }]);
  const channels = { rpm: (row: number) => 3000 + (row % 700), 'oil [°C]': (row: number) => row / 8 };
  // Long enough for several reads of the database.
  const first = circleCsv({ startMs: START_MS, laps: 30, rateHz: 20, channels });
  const second = circleCsv({ startMs: START_MS + 1234, laps: 5, lapS: 28.5 });
  const [item] = await product.drop(
    [
      { name: 'one.csv', content: first },
      { name: 'two.csv', content: second },
    ],
    { sessionName: 'Club “day”/1' },
  );
  sessionId = item?.session_id ?? 0;
  deviceIds = (await getSession(product.ctx, sessionId)).entries.map((entry) => entry.device_id).sort();
  laps = (await getSessionLaps(product.ctx, { ref: sessionId })).items;
});
afterAll(() => product?.stop());

const ask = (handler: typeof exportLap, id: string | number, query = '') =>
  handler(new Request(`http://127.0.0.1:3000/api/v1/x/${id}/export?${query}`, { headers: person.headers }), {
    params: Promise.resolve({ id: String(id) }),
  });
const textOf = async (answer: Promise<Response>): Promise<string> => {
  const response = await answer;
  expect(response.status).toBe(200);
  return response.text();
};
const refused = async (answer: Promise<Response>) => {
  const response = await answer;
  return apiError.parse(await response.json());
};

/** A lap without what names its row. */
const driven = (items: readonly LapItem[]) =>
  items.map(({ id: _id, session_id: _session, entry_id: _entry, device_id: _device, ...lap }) => lap);

async function importedLaps(name: string, content: string, deviceName?: string) {
  const [item] = await product.drop([{ name, content }]);
  expect(item).toMatchObject({ status: 'done' });
  const session = await getSession(product.ctx, item?.session_id ?? 0);
  const { items } = await getSessionLaps(product.ctx, { ref: session.id });
  const entry = session.entries.find((one) => one.device_name === deviceName);
  return driven(deviceName === undefined ? items : items.filter((lap) => lap.entry_id === entry?.id));
}

test.each(['csv', 'json'])('a session that was saved as %s gives the same laps again', async (format) => {
  const text = await textOf(ask(exportSession, sessionId, `format=${format}`));
  expect(await importedLaps(`saved.${format}`, text)).toEqual(driven(laps));
});

test('channels are kept to the bit over many reads', async () => {
  const text = await textOf(ask(exportSession, sessionId, `device_id=${deviceIds[0]}`));
  const [head, ...rows] = text.trimEnd().split('\n');
  expect(head).toBe('device,time_ms,lat,lon,speed_mps,course_deg,altitude_m,accuracy_m,rpm,oil [°C]');
  expect(rows).toHaveLength(18_300);
  rows.forEach((row, index) => {
    const cells = row.split(',');
    if (Number(cells[1]) !== START_MS + index * 50 || cells[8] !== String(3000 + (index % 700)))
      expect(row).toBe(`row ${index}`);
    if (Number(cells[9]) !== index / 8) expect(row).toBe(`row ${index}`);
  });
});

test.each(['gpx', 'vbo'])('a %s holds one device of a session', async (format) => {
  const { status_code, message } = await refused(ask(exportSession, sessionId, `format=${format}`));
  expect(status_code).toBe(400);
  expect(message).toContain(`Choose one with device_id= (${deviceIds.join(', ')})`);
  const query = `format=${format}&device_id=${deviceIds[1]}`;
  const text = await textOf(ask(exportSession, sessionId, query));
  const again = await importedLaps(`saved.${format}`, text);
  const own = driven(laps.filter((lap) => lap.device_id === deviceIds[1]));
  expect(again.map((lap) => [lap.number, lap.class])).toEqual(own.map((lap) => [lap.number, lap.class]));
  again.forEach((lap, index) => {
    expect(Math.abs(lap.lap_time_ms - (own[index]?.lap_time_ms ?? 0))).toBeLessThan(1);
  });
});

test('one lap is saved with the positions around its ends, so that it can be timed again', async () => {
  const lap = laps.find((one) => one.class === 'complete');
  const answer = await ask(exportLap, lap?.id ?? 0);
  expect(answer.headers.get('content-disposition')).toContain(
    `filename*=UTF-8''Club%20%E2%80%9Cday%E2%80%9D%2F1%20one%20lap%20${lap?.number}.csv`,
  );
  const text = await answer.text();
  const times = text
    .trimEnd()
    .split('\n')
    .slice(1)
    .map((row) => Number(row.split(',')[1]));
  const [start = 0, end = 0] = [lap?.started_ms, lap?.ended_ms];
  expect(start - (times[0] ?? 0)).toBeCloseTo(2000, -2);
  expect((times.at(-1) ?? 0) - end).toBeCloseTo(2000, -2);
  const again = await importedLaps('lap.csv', text);
  expect(again.find((one) => one.class === 'complete')?.lap_time_ms).toBeCloseTo(lap?.lap_time_ms ?? 0, 0);
});

test('a lap without positions is a header and no row', async () => {
  const lap = laps.find((one) => one.device_id === deviceIds[1]);
  const { rows } = {
    rows: await product.runtime.sql`
    delete from positions where device_id = ${deviceIds[1] ?? 0} returning *`,
  };
  expect(rows.length).toBeGreaterThan(100);
  expect(await textOf(ask(exportLap, lap?.id ?? 0))).toMatch(/^device,time_ms,lat,lon,[^\n]*\n$/);
  for (const format of ['json', 'gpx', 'vbo'])
    expect((await textOf(ask(exportLap, lap?.id ?? 0, `format=${format}`))).length).toBeGreaterThan(20);
});

test('what is not there or no format is refused', async () => {
  expect((await refused(ask(exportLap, 999_999))).status_code).toBe(404);
  expect((await refused(ask(exportSession, 999_999))).status_code).toBe(404);
  expect((await refused(ask(exportSession, sessionId, 'device_id=999999'))).status_code).toBe(404);
  const { errors } = await refused(ask(exportSession, sessionId, 'format=xlsx'));
  expect(errors?.[0]?.field).toBe('format');
  const [plane] = await product.drop([
    { name: 'p.csv', content: 'time_ms,x_m,y_m\n1000,0,0\n1100,1,1\n1200,2,2\n' },
  ]);
  for (const format of ['gpx', 'vbo']) {
    const { message } = await refused(ask(exportSession, plane?.session_id ?? 0, `format=${format}`));
    expect(message).toContain('write metres as CSV');
  }
});

test('a saved file ends when its reader goes away', async () => {
  const answer = await ask(exportSession, sessionId);
  const reader = answer.body?.getReader();
  await reader?.read();
  await reader?.cancel();
  expect((await reader?.read())?.done).toBe(true);
});
