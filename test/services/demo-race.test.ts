import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { isAppError } from '@/lib/errors';
import { closeStreams } from '@/lib/live/closers';
import { deleteSession } from '@/lib/services/delete-session';
import { beginRace, startDemoRace } from '@/lib/services/demo-race';
import { closeLive } from '@/lib/services/live-sessions';
import { testDatabases } from '../support/database';
import { makePerson, type Person } from '../support/people';
import { openProduct, type Product } from '../support/product';
import { until } from '../support/until';

const [database] = await testDatabases();
if (!database) throw new Error('There is always the embedded database.');

let product: Product;
let fan: Person;
beforeAll(async () => {
  product = await openProduct(database);
  fan = await makePerson(product.ctx, 1, 'a fan');
});
// Whatever a test left running stops, as the server does it.
afterEach(() => closeStreams());
afterAll(() => product?.stop());

const sql = () => product.runtime.sql;
const isLive = async (id: number) => (await sql()`select live from sessions where id = ${id}`)[0]?.live;
const fixesOf = async (id: number) =>
  Number(
    (
      await sql()`
        select coalesce(sum(stored), 0) as stored from session_entries join device_states using (device_id)
        where session_id = ${id}`
    )[0]?.stored,
  );

async function refusalOf(work: Promise<unknown>) {
  try {
    await work;
  } catch (error) {
    if (isAppError(error)) return error;
    throw error;
  }
  throw new Error('It was not refused.');
}

describe('the demo race', () => {
  it('is driven to its end: flags, a late entry, laps as real as a race’s, closed by itself', async () => {
    const { session_id: id } = await beginRace(fan.ctx, 300);
    const [session] = await sql()`
      select kind, simulated, owner_id, laps_target, opened_by, from_us
      from sessions join live_sessions on session_id = sessions.id where sessions.id = ${id}`;
    expect(session).toMatchObject({ kind: 'race', simulated: true, owner_id: fan.row.id, laps_target: 10 });
    expect(await sql()`select 1 from session_entries where session_id = ${id}`).toHaveLength(7);
    await until('it has ended', async () => !(await isLive(id)), 60_000);
    await product.idle();
    const entries = await sql()`select number from session_entries where session_id = ${id} order by id`;
    expect(entries.at(-1)).toEqual({ number: '68' });
    expect(entries).toHaveLength(8);
    const marks = await sql()`select kind from session_marks where session_id = ${id} order by at_us`;
    expect(marks.map(({ kind }) => kind)).toEqual(['green', 'chequered']);
    const laps = await sql()`
      select e.number, l.class, l.time_ms from laps l
      join session_entries e on e.session_id = l.session_id and e.device_id = l.device_id
      where l.session_id = ${id} and l.class = 'complete'`;
    expect(new Set(laps.map(({ number }) => number)).size).toBe(8);
    // The first lap of a race runs from its green, also for who joins late.
    for (const { time_ms } of laps.filter((lap) => lap.number !== '68' || lap.time_ms < 300_000)) {
      expect(time_ms).toBeGreaterThan(105_000);
      expect(time_ms).toBeLessThan(135_000);
    }
    const [newest] = await sql()`
      select max(last_us) as last_us from device_states join session_entries using (device_id)
      where session_id = ${id}`;
    expect(Number(newest?.last_us) / 1000).toBeLessThanOrEqual(Date.now());
  }, 90_000);

  it('is one at a time, says where, and stops when its session is closed by hand', async () => {
    const { session_id: id } = await startDemoRace(fan.ctx, { speed: 20 });
    const refusal = await refusalOf(startDemoRace(fan.ctx, { speed: 20 }));
    expect(refusal).toMatchObject({ code: 'running', status: 409 });
    expect(refusal.message).toContain(`/live/${id}`);
    expect(refusal.more.headers?.Link).toContain(`/live/${id}`);
    await until('fixes come in', async () => (await fixesOf(id)) > 100);
    await closeLive(fan.ctx, { session_id: id });
    const { session_id: next } = await until('another one may start', async () => {
      try {
        return await startDemoRace(fan.ctx, { speed: 20 });
      } catch (error) {
        if (isAppError(error) && error.code === 'running') return null;
        throw error;
      }
    });
    expect(next).not.toBe(id);
    await closeLive(fan.ctx, { session_id: next });
  });

  it('goes with the server: the one left behind is closed when the next one starts', async () => {
    const { session_id: id } = await startDemoRace(fan.ctx, { speed: 20 });
    await until('fixes come in', async () => (await fixesOf(id)) > 0);
    closeStreams();
    expect(await isLive(id)).toBe(true);
    expect(await refusalOf(startDemoRace(fan.ctx, { speed: 1 }))).toMatchObject({ code: 'running' });
    await product.ctx.ingest.drain();
    await sql()`update sessions set created_at = now() - interval '1 minute' where id = ${id}`;
    await sql()`
      update device_states set received_at = now() - interval '1 minute'
      where device_id in (select device_id from session_entries where session_id = ${id})`;
    const { session_id: next } = await startDemoRace(fan.ctx, { speed: 1 });
    expect(await isLive(id)).toBe(false);
    await closeLive(fan.ctx, { session_id: next });
  });

  it('goes on when the database was away for a moment', async () => {
    const { ingest } = fan.ctx;
    let losses = 0;
    const take = async (...args: Parameters<typeof ingest.take>) => {
      if (losses < 20) {
        losses++;
        throw Object.assign(new Error('The connection was lost.'), { code: 'CONNECTION_CLOSED' });
      }
      return ingest.take(...args);
    };
    const { session_id: id } = await beginRace({ ...fan.ctx, ingest: { ...ingest, take } }, 20);
    await until('fixes come in', async () => (await fixesOf(id)) > 0);
    expect(losses).toBe(20);
    await closeLive(fan.ctx, { session_id: id });
  });

  it('is deleted with its cars and their fixes', async () => {
    const { session_id: id } = await startDemoRace(fan.ctx, { speed: 20 });
    await until('fixes come in', async () => (await fixesOf(id)) > 0);
    await closeLive(fan.ctx, { session_id: id });
    closeStreams();
    await product.ctx.ingest.drain();
    const devices = (await sql()`select device_id from session_entries where session_id = ${id}`).map(
      ({ device_id }) => Number(device_id),
    );
    await product.idle();
    await deleteSession(fan.ctx, id);
    await product.idle();
    const list = `{${devices.join(',')}}`;
    expect(await sql()`select 1 from devices where id = any(${list}::text::int4[])`).toEqual([]);
    expect(await sql()`select 1 from positions where device_id = any(${list}::text::int4[])`).toEqual([]);
  });
});
