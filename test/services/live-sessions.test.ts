import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { touchState } from '@/lib/db/device-states';
import { sessionClockUs } from '@/lib/db/live-clock';
import { insertLiveDevices } from '@/lib/db/live-devices';
import { loadStored } from '@/lib/db/stored-fixes';
import { listLive, liveBoard } from '@/lib/services/live-list';
import { addEntry, addMark, closeLive, openLive, updateLive } from '@/lib/services/live-sessions';
import { updateSession } from '@/lib/services/sessions';
import { testDatabases } from '../support/database';
import { makePerson, type Person } from '../support/people';
import { openProduct, type Product } from '../support/product';
import { until } from '../support/until';

const [database] = await testDatabases();
let product: Product;
let owner: Person;
let spectator: Person;
let made = 0;

beforeAll(async () => {
  if (!database) throw new Error('There is no database.');
  product = await openProduct(database);
  owner = await makePerson(product.ctx, 2);
  spectator = await makePerson(product.ctx, 1);
});
afterAll(() => product.stop());

async function makeDevice(ownerId: number | null = null, frame: 'wgs84' | 'planar' = 'wgs84') {
  const name = `car ${++made}`;
  await insertLiveDevices(product.ctx.db, [{ source: 'api', externalId: name, name, frame, ownerId }]);
  const [row] = await product.runtime.sql<{ id: number }[]>`
    select id from devices where external_id = ${name}`;
  return row?.id ?? 0;
}
const carOf = (id: number) => ({ id, frame: 'wgs84', late: 'backfill', wallClock: true }) as const;
const fixAtMs = (timeMs: number, attributes: Record<string, number> | null) => ({
  ...{ timeMs, x: 2.2, y: 41.5, speedMps: 30, courseDeg: 90, altitudeM: 100, accuracyM: 1 },
  attributes,
});
const facts = { name: 'Sprint', kind: 'race' as const, delay_s: 0 };
const statusOf = async (person: Person, id: number) =>
  (await listLive(person.ctx, undefined)).items.find((one) => one.session_id === id)?.status;

describe('a live session by hand', () => {
  it('is listed while it is open, and a session as every other when it is closed', async () => {
    const device_id = await makeDevice();
    const { session_id } = await openLive(owner.ctx, { ...facts, entries: [{ device_id, number: '7' }] });
    const item = (await listLive(spectator.ctx, undefined)).items.find(
      (one) => one.session_id === session_id,
    );
    expect(item).toMatchObject({
      name: 'Sprint',
      status: 'waiting',
      entries: 1,
      opened_by: 'hand',
      mine: false,
    });
    const { job_id } = await closeLive(owner.ctx, { session_id });
    expect(job_id).not.toBeNull();
    expect(await statusOf(owner, session_id)).toBeUndefined();
    const [row] = await product.runtime
      .sql`select live, to_us > from_us as is_window from sessions where id = ${session_id}`;
    expect(row).toMatchObject({ live: false, is_window: true });
    await expect(closeLive(owner.ctx, { session_id })).rejects.toMatchObject({ code: 'closed', status: 409 });
  });

  it('has a device in one open session at most', async () => {
    const device_id = await makeDevice();
    const { session_id } = await openLive(owner.ctx, { ...facts, entries: [{ device_id }] });
    await expect(openLive(owner.ctx, { ...facts, entries: [{ device_id }] })).rejects.toMatchObject({
      code: 'in_session',
      status: 409,
    });
    const other = await openLive(owner.ctx, { ...facts, entries: [] });
    await expect(addEntry(owner.ctx, { ...other, device_id })).rejects.toMatchObject({ code: 'in_session' });
    // The same one again only writes anew who drives it.
    const first = await addEntry(owner.ctx, { session_id, device_id, driver: 'Ann' });
    const again = await addEntry(owner.ctx, { session_id, device_id, driver: 'Bea' });
    expect(again).toEqual(first);
    await closeLive(owner.ctx, { session_id });
    await addEntry(owner.ctx, { ...other, device_id });
  });

  it('takes two who open it for one device at once, one of them', async () => {
    const device_id = await makeDevice();
    const opened = await Promise.allSettled(
      Array.from({ length: 6 }, () => openLive(owner.ctx, { ...facts, entries: [{ device_id }] })),
    );
    expect(opened.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  });

  it('refuses a device of another kind of plane than the track', async () => {
    const [track] = await product.runtime.sql<{ id: number }[]>`
      insert into tracks (name, location, frame, revision, min_x, min_y, max_x, max_y)
      values ('T', '', 'wgs84', 1, 0, 0, 1, 1) returning id`;
    await product.runtime.sql`
      insert into track_revisions (track_id, revision, json, author)
      values (${track?.id ?? 0}, 1, '{}'::jsonb, 'test')`;
    const device_id = await makeDevice(null, 'planar');
    const input = { ...facts, track_id: track?.id ?? 0, entries: [{ device_id }] };
    await expect(openLive(owner.ctx, input)).rejects.toMatchObject({ code: 'frame', status: 409 });
    await product.runtime.sql`delete from tracks where id = ${track?.id ?? 0}`;
  });

  it('starts a race with its first green, not with the next ones', async () => {
    const { session_id } = await openLive(owner.ctx, { ...facts, entries: [] });
    const at = '2026-05-01T10:00:00Z';
    await addMark(owner.ctx, { session_id, kind: 'green', text: '', at });
    await addMark(owner.ctx, { session_id, kind: 'yellow', text: 'Turn 3', at: '2026-05-01T10:05:00Z' });
    await addMark(owner.ctx, { session_id, kind: 'green', text: '', at: '2026-05-01T10:07:00Z' });
    const { session } = await liveBoard(owner.ctx, session_id);
    expect(session).toMatchObject({ status: 'green', green_at_ms: Date.parse(at) });
    await expect(addMark(owner.ctx, { session_id, kind: 'note', text: '' })).rejects.toMatchObject({
      errors: [{ field: 'text' }],
    });
    await expect(
      addMark(owner.ctx, { session_id, kind: 'note', text: 'x', entry_id: 999_999 }),
    ).rejects.toMatchObject({ status: 404 });
    await expect(addMark(spectator.ctx, { session_id, kind: 'red', text: '' })).rejects.toMatchObject({
      status: 403,
    });
  });

  it('shows spectators its flags as late as the rest', async () => {
    const { session_id } = await openLive(owner.ctx, { ...facts, entries: [], delay_s: 120 });
    await addMark(owner.ctx, { session_id, kind: 'red', text: 'Stopped car' });
    expect(await statusOf(owner, session_id)).toBe('red');
    expect(await statusOf(spectator, session_id)).toBe('waiting');
    expect((await liveBoard(spectator.ctx, session_id)).session.status).toBe('waiting');
    expect((await liveBoard(spectator.ctx, session_id)).delay_s).toBe(120);
    await product.runtime.sql`
      update session_marks set created_at = created_at - interval '3 minutes' where session_id = ${session_id}`;
    expect(await statusOf(spectator, session_id)).toBe('red');
    await updateLive(owner.ctx, { session_id, delay_s: 0 });
    expect((await liveBoard(spectator.ctx, session_id)).delay_s).toBe(0);
  });

  it('is not everybody’s to change', async () => {
    const { session_id } = await openLive(owner.ctx, { ...facts, entries: [] });
    const device_id = await makeDevice();
    for (const call of [
      () => updateLive(spectator.ctx, { session_id, delay_s: 5 }),
      () => closeLive(spectator.ctx, { session_id }),
      () => addEntry(spectator.ctx, { session_id, device_id }),
    ])
      await expect(call()).rejects.toMatchObject({ status: 403 });
    const theirs = await makeDevice(owner.row.id);
    await expect(
      openLive(spectator.ctx, { ...facts, entries: [{ device_id: theirs }] }),
    ).rejects.toMatchObject({
      status: 403,
    });
  });
});

describe('what is known of a live session', () => {
  it('is told to its board when it is renamed', async () => {
    const { session_id: id } = await openLive(owner.ctx, { ...facts, kind: 'practice', entries: [] });
    const hold = product.ctx.boards.use(id);
    const shown = () => hold.view(0).state()?.session;
    await until('the board is there', () => shown()?.name === facts.name);
    await updateSession(owner.ctx, { id, name: 'Renamed', kind: 'race' });
    await until('the board has it', () => shown()?.name === 'Renamed' && shown()?.kind === 'race');
    hold.release();
    await closeLive(owner.ctx, { session_id: id });
  });

  it('does not turn its clock back when a car only says that it lives', async () => {
    const { db, ingest } = product.ctx;
    const id = await makeDevice();
    const fromMs = Date.now() - 60_000;
    const { session_id } = await openLive(owner.ctx, {
      ...facts,
      from: new Date(fromMs).toISOString(),
      entries: [{ device_id: id }],
    });
    await ingest.take(carOf(id), [fixAtMs(fromMs + 1_000, null)]);
    await product.runtime.sql`
      update device_states set last_at = now() - interval '30 seconds', received_at = now() - interval '30 seconds'
      where device_id = ${id}`;
    await touchState(db, id, null);
    await ingest.take(carOf(id), [fixAtMs(fromMs + 1_000, null)]);
    expect(await sessionClockUs(db, session_id)).toBeGreaterThanOrEqual((fromMs + 31_000) * 1000);
    await closeLive(owner.ctx, { session_id });
  });
});

it('channels of a car stay when its newest fix has none', async () => {
  const { db, ingest } = product.ctx;
  const id = await makeDevice();
  const fromMs = Date.now() - 60_000;
  await ingest.take(carOf(id), [fixAtMs(fromMs, { rpm: 8000 }), fixAtMs(fromMs + 1_000, null)]);
  const window = { fromUs: fromMs * 1000, untilUs: Date.now() * 1000 };
  const { channels } = await loadStored(db, { id, frame: 'wgs84' }, window);
  expect(channels.map(({ name, values }) => [name, ...values])).toEqual([['rpm', 8000, Number.NaN]]);
});
