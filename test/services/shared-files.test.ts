import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createSession } from '@/lib/services/create-session';
import { deleteSession } from '@/lib/services/delete-session';
import { acceptUpload, getImport } from '@/lib/services/imports';
import { getSessionLaps } from '@/lib/services/sessions';
import { keepTrack } from '@/lib/services/track-store';
import type { Track } from '@/lib/timing/types';
import { circleCsv, circleTrack } from '../support/circle';
import { testDatabases } from '../support/database';
import { makePerson, type Person } from '../support/people';
import { openProduct, type Product } from '../support/product';

const databases = await testDatabases();
const LAP_S = 30;

/** The circle on a plane: no recording in degrees can be timed on it. */
function planarTrack(): Track {
  const { checkpoints, ...track } = circleTrack('Flat');
  const flat = ({ x, y }: { x: number; y: number }) => ({ x: x * 1e5, y: y * 1e5 });
  const gates = checkpoints.map((gate) => ({
    ...gate,
    points: [flat(gate.points[0]), flat(gate.points[1])] as const,
  }));
  return { ...track, frame: 'planar', checkpoints: gates };
}

describe.each(databases)('one file of two people on $name', (database) => {
  let product: Product;
  let ada: Person;
  let ben: Person;
  let trackId = 0;
  let flatId = 0;
  beforeAll(async () => {
    product = await openProduct(database);
    ada = await makePerson(product.ctx, 1);
    ben = await makePerson(product.ctx, 1);
    trackId = (await keepTrack(product.ctx.db, circleTrack(), 'test', false)).id;
    flatId = (await keepTrack(product.ctx.db, planarTrack(), 'test', false)).id;
  });
  afterAll(() => product?.stop());

  const accept = async (who: Person, content: string, on: number | null = null) => {
    async function* bytes() {
      yield Buffer.from(content);
    }
    const spooled = await product.ctx.spool.write('a.csv', bytes());
    const files = [{ file: 'a.csv', ...spooled, modifiedMs: null }];
    const batch = crypto.randomUUID();
    const [item] = (await acceptUpload(who.ctx, { batch, trackId: on, sessionName: null, files })).items;
    return item?.id ?? 0;
  };
  const drop = async (who: Person, content: string, on: number | null = null) => {
    const id = await accept(who, content, on);
    await product.idle();
    return getImport(product.ctx, id);
  };
  const lapsOf = async (ref: number) => (await getSessionLaps(product.ctx, { ref })).items.length;

  test('brings one session; when its owner deletes it the other is told, and can import it anew', async () => {
    const content = circleCsv({ startMs: 1_751_000_000_000 });
    const first = await drop(ada, content);
    const second = await drop(ben, content);
    expect(second).toMatchObject({ status: 'done', session_id: first.session_id });
    await deleteSession(ada.ctx, first.session_id ?? 0);
    expect(await getImport(ben.ctx, second.id)).toMatchObject({
      status: 'failed',
      message: expect.stringMatching(/was deleted: import the file again$/),
      session_id: null,
    });
    const [row] = await product.runtime.sql`
      select user_id, details from logs where action = 'session.delete' order by id desc limit 1`;
    expect(row).toMatchObject({ user_id: ada.row.id, details: { devices: 1, imports_of_others: 1 } });
    const anew = await drop(ben, content);
    expect([anew.status, await lapsOf(anew.session_id ?? 0)]).toEqual(['done', 5]);
    await deleteSession(ben.ctx, anew.session_id ?? 0);
    await product.idle();
    expect(await product.runtime.sql`select 1 from positions`).toHaveLength(0);
  });

  test('takes nothing from a session that somebody made of its device when its import fails', async () => {
    const content = circleCsv({ startMs: 1_752_000_000_000, lapS: LAP_S });
    const first = await drop(ada, content);
    const [entry] = await product.runtime.sql<{ device_id: number }[]>`
      select device_id from session_entries where session_id = ${first.session_id}`;
    const deviceId = entry?.device_id ?? 0;
    const superUser = await makePerson(product.ctx, 2);
    const made = await createSession(superUser.ctx, {
      device_ids: [deviceId],
      track_id: trackId,
      name: 'the same again',
      kind: 'practice',
      from: new Date(1_752_000_000_000).toISOString(),
      to: new Date(1_752_000_000_000 + 5 * LAP_S * 1000).toISOString(),
    });
    await product.idle();
    const before = await lapsOf(made.session_id);
    expect(before).toBeGreaterThan(2);
    await deleteSession(ada.ctx, first.session_id ?? 0);
    expect(await drop(ben, content, flatId)).toMatchObject({ status: 'failed' });
    expect(await lapsOf(made.session_id)).toBe(before);
    const [left] = await product.runtime.sql`
      select count(*)::int as count from positions where device_id = ${deviceId}`;
    expect(left).toEqual({ count: 1050 });
    const own = await drop(ben, content);
    expect([own.status, await lapsOf(own.session_id ?? 0)]).toEqual(['done', 5]);
    expect(await product.runtime.sql`select distinct owner_id from devices where ready`).toHaveLength(2);
  });

  test('waits for the first of its imports, however many come at once', async () => {
    const content = circleCsv({ startMs: 1_753_000_000_000 });
    const ids = await Promise.all([ada, ben, ada, ben, ada, ben].map((who) => accept(who, content)));
    const queues = await product.runtime.sql<{ queue: string }[]>`
      select distinct data ->> 'queue' as queue from job_events
      where (data ->> 'import_id')::int = any(${ids})`;
    expect(queues).toHaveLength(1);
    await product.idle();
    const sessions = await Promise.all(ids.map(async (id) => (await getImport(product.ctx, id)).session_id));
    expect(new Set(sessions).size).toBe(1);
  });
});
