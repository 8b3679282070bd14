import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { isAppError } from '@/lib/errors';
import { type CommittedFixes, FIXES_TOPIC } from '@/lib/live/ingest';
import type { ServiceContext } from '@/lib/services/context';
import { getRobot, listRobotEvents } from '@/lib/services/robots';
import { openUpstream } from '@/lib/services/upstream';
import { testDatabases } from '../support/database';
import { asking, makePerson, type Person } from '../support/people';
import { openProduct, type Product } from '../support/product';

const databases = await testDatabases();

describe.each(databases)('the robots’ socket on $name', (database) => {
  let product: Product;
  let person: Person;
  beforeAll(async () => {
    product = await openProduct(database);
    person = await makePerson(product.ctx, 1);
  });
  afterAll(() => product?.stop());

  /** A socket as a robot has it: say something, hear the answer. */
  function socket(ctx: ServiceContext = person.ctx) {
    const heard: string[] = [];
    const session = openUpstream(ctx, { send: (text) => heard.push(text) });
    return async (text: string): Promise<string | undefined> => {
      await session.message(text);
      return heard.shift();
    };
  }

  test('answers OK once an event is on disk, and ERR with its cause otherwise', async () => {
    const say = socket();
    expect(await say('0,0,0,Rob')).toBe('OK');
    expect(await say('1,1,1,Rob')).toBe('OK');
    expect(await say('1,1,1')).toBe('ERR parts');
    expect(await say('nan,1,2,Rob')).toBe('ERR x');
    expect(await say('1,1,-2,Rob')).toBe('ERR timestamp');
    expect(await say('1,1,2,')).toBe('ERR name');
    expect(await say('')).toBe('ERR parts');
    const robot = await getRobot(person.ctx, 'Rob');
    expect(robot).toMatchObject({ events: 2, odometer_m: Math.SQRT2, x_m: 1, time_ms: 1, online: true });
    await product.ctx.ingest.drain();
    expect((await getRobot(person.ctx, 'Rob')).refused).toEqual({ malformed: 2 });
  });

  test('drops the past and says so; what comes twice is OK and no way, another place at that time a conflict', async () => {
    const say = socket();
    expect(await say('0,0,10,Late')).toBe('OK');
    expect(await say('3,4,20,Late')).toBe('OK');
    expect(await say('9,9,15,Late')).toBe('ERR past');
    expect(await say('3,4,20,Late')).toBe('OK');
    expect(await say('3,5,20,Late')).toBe('ERR conflict');
    expect(await say('0,0,10,Late')).toBe('OK');
    const robot = await getRobot(person.ctx, 'Late');
    expect(robot).toMatchObject({
      odometer_m: 5,
      events: 2,
      duplicates: 2,
      refused: { past: 1, conflict: 1 },
    });
  });

  test('answers several lines in one message, in their order, each robot on its own', async () => {
    const say = socket();
    const message = '0,0,1,A\n0,0,1,B\nbad\n1,0,2,A\n0,0,0,A\n2,0,2,B\n0,0,1,a\n';
    expect(await say(message)).toBe('OK\nOK\nERR parts\nOK\nERR past\nOK\nOK');
    const names = ['A', 'B', 'a'];
    const ways = await Promise.all(names.map(async (name) => (await getRobot(person.ctx, name)).odometer_m));
    expect(ways).toEqual([1, 2, 0]);
  });

  test('tells McDonalds from mcdonalds, and takes any name without a comma', async () => {
    const say = socket();
    for (const name of ['McDonalds', 'mcdonalds', 'Rob Oto', 'a/b', 'é', '%2F', "x'; --"])
      expect(await say(`1,2,3,${name}`)).toBe('OK');
    expect(await say('5,6,7,McDonalds')).toBe('OK');
    expect((await getRobot(person.ctx, 'mcdonalds')).events).toBe(1);
    expect((await getRobot(person.ctx, 'McDonalds')).events).toBe(2);
    expect((await getRobot(person.ctx, 'e\u0301')).name).toBe('é');
  });

  test('publishes what it stored', async () => {
    const heard: CommittedFixes[] = [];
    const stop = product.ctx.bus.subscribe(FIXES_TOPIC, ({ data }) => heard.push(data as CommittedFixes));
    await socket()('7,8,9,Heard');
    stop();
    expect(heard).toMatchObject([{ frame: 'planar', fixes: [{ timeMs: 9, x: 7, y: 8 }], stored: 1 }]);
  });

  test('does not take a robot of another account, and one that belongs to nobody from everybody', async () => {
    const [owner, other] = [await makePerson(product.ctx, 1), await makePerson(product.ctx, 1)];
    expect(await socket(owner.ctx)('0,0,0,Owned')).toBe('OK');
    expect(await socket(other.ctx)('0,0,1,Owned')).toBe('ERR owner');
    await product.runtime.sql`update devices set owner_id = null where external_id = 'Owned'`;
    expect(await socket(other.ctx)('0,0,1,Owned')).toBe('OK');
  });

  test('is closed to who has no login, unless the server takes this machine’s robots or everybody’s', async () => {
    const nobody = asking(product.ctx, { kind: 'nobody' });
    const local = { ...nobody, caller: { ...nobody.caller, isLocal: true } };
    const refusal = (ctx: ServiceContext) => {
      try {
        return openUpstream(ctx, { send: () => {} }) && 'open';
      } catch (error) {
        return isAppError(error) ? error.status : 'fault';
      }
    };
    const { auth } = product.ctx;
    expect([refusal(nobody), refusal(local)]).toEqual([401, 401]);
    auth.upstreamOpen = 'local';
    expect([refusal(nobody), refusal(local)]).toEqual([401, 'open']);
    auth.upstreamOpen = 'all';
    expect([refusal(nobody), refusal(local)]).toEqual(['open', 'open']);
    expect(await socket(nobody)('0,0,0,Free')).toBe('OK');
    expect(await socket(nobody)('0,0,9,Rob')).toBe('ERR owner');
    expect(await socket()('0,0,1,Free')).toBe('OK');
    auth.upstreamOpen = 'none';
    const inactive = await makePerson(product.ctx, 0);
    expect(refusal(inactive.ctx)).toBe(403);
  });

  test('loses no event and no metre when twenty sockets send one robot at once', async () => {
    const sent = Array.from({ length: 20 }, (_, which) =>
      Array.from({ length: 25 }, (_, at) => `${which},${at},${at * 20 + which},Busy`),
    );
    const answers = await Promise.all(
      sent.map(async (lines) => {
        const say = socket();
        const heard: (string | undefined)[] = [];
        for (const line of lines) heard.push(await say(line));
        return heard;
      }),
    );
    const stored = answers.flat().filter((answer) => answer === 'OK').length;
    expect(answers.flat().every((answer) => answer === 'OK' || answer === 'ERR past')).toBe(true);
    const robot = await getRobot(person.ctx, 'Busy');
    expect(robot.events).toBe(stored);
    expect(robot.refused).toEqual(stored === 500 ? {} : { past: 500 - stored });
    const { items } = await listRobotEvents(person.ctx, { name: 'Busy', limit: 1000 });
    const wayM = items.reduce((sum, { x_m, y_m }, at) => {
      const before = items[at - 1];
      return before ? sum + Math.hypot(x_m - before.x_m, y_m - before.y_m) : 0;
    }, 0);
    expect(Math.abs(robot.odometer_m - wayM)).toBeLessThanOrEqual(1e-9 * wayM);
  });
});
