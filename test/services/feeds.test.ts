import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FEED_LIMITS } from '@/lib/contracts/feeds';
import { trackToFile } from '@/lib/formats/track-file';
import { circleTrack } from '../support/circle';
import { testDatabases } from '../support/database';
import { feedClient } from '../support/feed-client';
import { asking, makePerson, type Person } from '../support/people';
import { openProduct, type Product } from '../support/product';
import { until } from '../support/until';

const [database] = await testDatabases();
if (!database) throw new Error('There is always the embedded database.');

let product: Product;
let sender: Person;
beforeAll(async () => {
  product = await openProduct(database);
  sender = await makePerson(product.ctx, 1, 'a sender');
});
afterAll(() => product?.stop());

const START_MS = Date.now() - 3600_000;
const fix = (second: number, ...rest: unknown[]) => [
  START_MS + second * 1000,
  2.2 + second / 1e4,
  41.5,
  ...rest,
];
const HELLO = { type: 'hello', feed: 'replay', name: 'a replay' };

let devices = 0;
async function greeted(who = sender) {
  const client = feedClient(who.ctx);
  await client.ask(HELLO);
  const name = `car ${++devices}`;
  const answer = await client.ask({ type: 'device', ref: 'a', external_id: name, name, frame: 'wgs84' });
  const device_id = 'device_id' in answer ? answer.device_id : 0;
  return { client, device_id, name };
}
const rowOf = async (id: number) => (await product.runtime.sql`select * from devices where id = ${id}`)[0];
const stateOf = async (id: number) =>
  (await product.runtime.sql`select * from device_states where device_id = ${id}`)[0];

describe('a feed', () => {
  it('is welcomed with its limits, and makes a device of its account', async () => {
    const client = feedClient(sender.ctx);
    expect(await client.ask(HELLO)).toMatchObject({ type: 'welcome', limits: { unanswered: 32 } });
    const device = { type: 'device', ref: 'x', external_id: 'made once', name: 'Car', frame: 'wgs84' };
    const first = await client.ask(device);
    expect(await client.ask({ ...device, ref: 'y' })).toMatchObject({
      device_id: 'device_id' in first && first.device_id,
    });
    expect(await rowOf('device_id' in first ? first.device_id : 0)).toMatchObject({
      source: 'replay',
      owner_id: sender.row.id,
    });
  });

  it('hears what became of its fixes once they are on disk', async () => {
    const { client, device_id } = await greeted();
    const fixes = [
      fix(0),
      fix(1, 50, 90, 120, 1.5, { rpm: 8000 }),
      fix(2, null, null),
      fix(1, 51),
      'nonsense',
      [1, 2],
      fix(3, 'fast'),
    ];
    expect(await client.ask({ type: 'fixes', device: 'a', fixes })).toMatchObject({
      type: 'ack',
      stored: 3,
      duplicates: 0,
      refused: { malformed: 3, conflict: 1 },
    });
    expect(await client.ask({ type: 'fixes', device: 'a', fixes: [fix(0), fix(4)] })).toMatchObject({
      stored: 1,
      duplicates: 1,
    });
    const rows = await product.runtime.sql`
      select speed_mps, attributes from positions where device_id = ${device_id} order by time_us`;
    expect(rows).toHaveLength(4);
    expect(rows[1]).toMatchObject({ speed_mps: 50, attributes: { rpm: 8000 } });
    await product.ctx.ingest.drain();
    expect((await stateOf(device_id))?.refused).toEqual({ malformed: 3, conflict: 1 });
  });

  it('brings what a tick of several devices brought, all or none', async () => {
    const { client, device_id } = await greeted();
    const other = { type: 'device', ref: 'b', external_id: `of ${device_id}`, name: 'B', frame: 'planar' };
    await client.ask(other);
    const planar = [START_MS, 3, 4];
    const of = [
      { device: 'a', fixes: [fix(0), fix(1), 'x'] },
      { device: 'b', fixes: [planar, [START_MS, 3, 5]] },
    ];
    expect(await client.ask({ type: 'batch', of })).toMatchObject({
      stored: 3,
      refused: { malformed: 1, conflict: 1 },
    });
    const wrong = [
      { device: 'a', fixes: [fix(2)] },
      { device: 'c', fixes: [] },
    ];
    expect(await client.ask({ type: 'batch', of: wrong })).toMatchObject({ error: 'unknown_device' });
    expect(Number((await stateOf(device_id))?.stored)).toBe(2);
    const many = Array.from({ length: FEED_LIMITS.fixesPerMessage }, () => planar);
    const most = [
      { device: 'a', fixes: many },
      { device: 'b', fixes: [planar] },
    ];
    expect(await client.ask({ type: 'batch', of: most })).toMatchObject({
      error: 'bad_message',
      message: expect.stringContaining('more than 5000 fixes'),
    });
  });

  it('gets its answers in order, however many messages are on the way', async () => {
    const { client } = await greeted();
    const before = client.heard.length;
    for (let id = 0; id < 100; id++) {
      const isWrong = id % 10 === 9;
      const fixes = isWrong ? [] : [fix(100 + id)];
      await client.send({ type: 'fixes', id, device: isWrong ? 'nobody' : 'a', fixes });
    }
    await until('all are answered', () => client.heard.length === before + 100);
    const ids = client.heard
      .slice(before)
      .flatMap((one) => ('id' in one && one.id !== undefined ? [one.id] : []));
    expect(ids).toEqual(Array.from({ length: 100 }, (_, i) => i));
    expect(client.heard.filter((one) => one.type === 'error' && one.error === 'unknown_device')).toHaveLength(
      10,
    );
  });

  it('refuses late fixes when it says so in its hello', async () => {
    const client = feedClient(sender.ctx);
    await client.ask({ ...HELLO, late: 'drop' });
    await client.ask({ type: 'device', ref: 'a', external_id: 'drops', name: 'Drops', frame: 'wgs84' });
    await client.ask({ type: 'fixes', device: 'a', fixes: [fix(10)] });
    expect(await client.ask({ type: 'fixes', device: 'a', fixes: [fix(5)] })).toMatchObject({
      refused: { past: 1 },
    });
  });

  it('is told of a wrong message in words, goes on, and is closed after a thousand', async () => {
    const { client } = await greeted();
    const wrong: [string | object, RegExp][] = [
      ['{', /one JSON object/],
      ['[1]', /one JSON object/],
      [{ type: 'fix' }, /type: must be one of hello, device, fixes, batch/],
      [{ type: 'session', action: 'pause' }, /action: must be open or close/],
      [{ type: 'fixes', device: 'a' }, /^fixes: /],
      [{ type: 'fixes', device: 'a', fixes: [], speed: 1 }, /speed/],
      [{ type: 'device', ref: 'b', external_id: '', name: 'x', frame: 'wgs84' }, /^external_id: /],
      [{ type: 'flag', session_id: 1, kind: 'blue', at_ms: 1 }, /^kind: /],
      [HELLO, /hello comes once/],
    ];
    for (const [message, words] of wrong)
      expect(await client.ask(message)).toMatchObject({
        error: 'bad_message',
        message: expect.stringMatching(words),
      });
    expect(await client.ask({ type: 'lap', device: 'a' })).toMatchObject({ error: 'not_supported' });
    expect(await client.ask({ type: 'fixes', device: 'a', fixes: [fix(0)] })).toMatchObject({ stored: 1 });
    expect(client.closed).toBeNull();
    for (let i = wrong.length; i < FEED_LIMITS.malformed; i++) await client.send('{');
    expect(client.closed).toMatchObject({ code: 1008, reason: expect.stringContaining('1000 messages') });
  });

  it('says hello first', async () => {
    const client = feedClient(sender.ctx);
    expect(await client.ask({ type: 'fixes', device: 'a', fixes: [] })).toMatchObject({
      error: 'hello_first',
    });
  });

  it('is turned away with a pause when its device sends more than it may', async () => {
    const { client } = await greeted();
    // Places that are none cost no disk: what counts is how many come.
    const fixes = Array.from({ length: 5_000 }, () => [START_MS, 999, 41.5]);
    const busy = await until('it is too much', async () => {
      const answer = await client.ask({ type: 'fixes', device: 'a', fixes });
      return answer.type === 'error' && answer;
    });
    expect(busy).toMatchObject({ error: 'busy', retry_after_s: expect.any(Number) });
  });
});

describe('the session of a feed', () => {
  it('is opened with its entries and the track of the message, flagged, added to and closed', async () => {
    const chief = await makePerson(product.ctx, 2);
    const { client, device_id } = await greeted(chief);
    await client.ask({ type: 'device', ref: 'late', external_id: 'late one', name: 'Late', frame: 'wgs84' });
    const entries = [{ device: 'a', number: '7', driver: 'Ann' }];
    const opened = await client.ask({
      ...{
        type: 'session',
        action: 'open',
        name: 'A race',
        kind: 'race',
        laps_target: 10,
        from_ms: START_MS,
      },
      ...{ entries, track: trackToFile(circleTrack('Feed', 50_000)) },
    });
    expect(opened).toMatchObject({ type: 'ack', session_id: expect.any(Number) });
    const session_id = 'session_id' in opened ? (opened.session_id ?? 0) : 0;
    expect(
      await client.ask({ type: 'flag', session_id, kind: 'green', at_ms: START_MS + 5000 }),
    ).toMatchObject({
      mark_id: expect.any(Number),
    });
    expect(await client.ask({ type: 'entry', session_id, device: 'late', number: '8' })).toMatchObject({
      entry_id: expect.any(Number),
    });
    const [row] = await product.runtime.sql`
      select s.name, s.kind, s.live, s.from_us, s.green_us, t.name as track, l.opened_by, l.laps_target
      from sessions s join tracks t on t.id = s.track_id join live_sessions l on l.session_id = s.id
      where s.id = ${session_id}`;
    expect(row).toMatchObject({
      name: 'A race',
      live: true,
      track: 'Feed',
      opened_by: 'feed',
      laps_target: 10,
    });
    expect(Number(row?.from_us)).toBe(START_MS * 1000);
    expect(Number(row?.green_us)).toBe((START_MS + 5000) * 1000);
    expect(await client.ask({ type: 'session', action: 'close', session_id })).toMatchObject({ session_id });
    const [entry] = await product.runtime.sql`
      select number, driver from session_entries where session_id = ${session_id} and device_id = ${device_id}`;
    expect(entry).toEqual({ number: '7', driver: 'Ann' });
    expect(await client.ask({ type: 'session', action: 'close', session_id })).toMatchObject({
      error: 'closed',
    });
  });

  it('is refused with the field when its track is none, and to who may add none', async () => {
    const { client } = await greeted();
    const open = { type: 'session', action: 'open', name: 'x', entries: [] };
    expect(await client.ask({ ...open, track: { checkpoints: [] } })).toMatchObject({
      error: 'bad_track',
      message: expect.stringMatching(/^The track file is wrong at/),
    });
    const track = trackToFile(circleTrack('New', 90_000));
    expect(await client.ask({ ...open, track })).toMatchObject({ error: 'forbidden' });
    expect(await client.ask({ ...open, entries: [{ device: 'who' }] })).toMatchObject({
      error: 'unknown_device',
    });
  });
});

describe('the rights of a feed', () => {
  it('are those of its key: no feed without the scope, none without a login', () => {
    const { jti: _jti, ...account } = sender.actor;
    const key = { ...account, kind: 'key', keyId: 1, keyName: 'k', scopes: ['read'] } as const;
    expect(() => feedClient(asking(product.ctx, key))).toThrow(/scope ingest/);
    expect(() => feedClient(asking(product.ctx, { kind: 'nobody' }))).toThrow(/login/);
  });

  it('end at the devices of somebody else, and at the frame of one’s own', async () => {
    const { name } = await greeted();
    const stranger = feedClient((await makePerson(product.ctx, 1)).ctx);
    await stranger.ask(HELLO);
    const device = { type: 'device', ref: 'a', external_id: name, name, frame: 'wgs84' };
    expect(await stranger.ask(device)).toMatchObject({ error: 'forbidden' });
    const own = feedClient(sender.ctx);
    await own.ask(HELLO);
    expect(await own.ask({ ...device, frame: 'planar' })).toMatchObject({ error: 'frame' });
  });
});
