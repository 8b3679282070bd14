import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { testDatabases } from '../support/database';
import { feedClient } from '../support/feed-client';
import { makePerson, type Person } from '../support/people';
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

const HELLO = { type: 'hello', feed: 'replay', name: 'a replay' };
const DEVICE = { type: 'device', ref: 'a', external_id: 'a car', name: 'a car', frame: 'wgs84' };

describe('a feed that says more than it waits for', () => {
  it('is read no further while 32 answers are open, whatever it sends', async () => {
    let release = () => {};
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    const { ingest } = sender.ctx;
    const slow = async (...args: Parameters<typeof ingest.take>) => {
      await held;
      return ingest.take(...args);
    };
    const client = feedClient({ ...sender.ctx, ingest: { ...ingest, take: slow } });
    await client.ask(HELLO);
    await client.ask(DEVICE);
    const before = client.heard.length;
    await client.send({ type: 'fixes', device: 'a', fixes: [[Date.now() - 1_000, 2.2, 41.5]] });
    for (let sent = 1; sent < 31; sent++) await client.send('nonsense');
    let isRead = false;
    const last = client.send('nonsense').then(() => {
      isRead = true;
    });
    await new Promise((resolve) => setImmediate(resolve));
    expect([isRead, client.heard.length - before]).toEqual([false, 0]);
    release();
    await last;
    await until('all is answered', () => client.heard.length - before === 32);
  });
});

describe('the devices of a feed', () => {
  it('are those of the other ways in under the same name, however its letters are composed', async () => {
    const client = feedClient(sender.ctx);
    await client.ask({ ...HELLO, feed: 'other' });
    const device = { type: 'device', name: 'Bär', frame: 'wgs84' };
    const one = await client.ask({ ...device, ref: 'a', external_id: 'Bär'.normalize('NFC') });
    const same = await client.ask({ ...device, ref: 'b', external_id: 'Bär'.normalize('NFD') });
    expect('device_id' in one && one.device_id).toBe('device_id' in same && same.device_id);
  });

  it('count to what an account may make', async () => {
    const crowd = await makePerson(product.ctx, 1);
    await product.runtime.sql`
      insert into devices (source, external_id, name, frame, owner_id)
      select 'replay', 'crowd ' || n, 'crowd', 'wgs84', ${crowd.row.id} from generate_series(1, 5000) as n`;
    const client = feedClient(crowd.ctx);
    await client.ask(HELLO);
    const device = { type: 'device', ref: 'a', external_id: 'one more', name: 'x', frame: 'wgs84' };
    expect(await client.ask(device)).toMatchObject({ error: 'too_many_devices' });
  });
});
