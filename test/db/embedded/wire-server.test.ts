import type { PGlite } from '@electric-sql/pglite';
import { afterEach, describe, expect, test } from 'vitest';
import { sqlState } from '@/lib/db/client';
import { message, simpleQuery, startupPacket } from '@/lib/db/embedded/protocol';
import type { Backend } from '@/lib/db/embedded/turns';
import { loggedIn, passwordMessage, rawClient, type WireUnderTest, wireUnderTest } from '../../support/wire';

let running: WireUnderTest | null = null;
afterEach(async () => {
  await running?.close();
  running = null;
});
async function serve(...args: Parameters<typeof wireUnderTest>): Promise<WireUnderTest> {
  running = await wireUnderTest(...args);
  return running;
}

function resolvable(): { promise: Promise<unknown>; resolve: (value: unknown) => void } {
  let resolve: (value: unknown) => void = () => {};
  const promise = new Promise<unknown>((done) => {
    resolve = done;
  });
  return { promise, resolve };
}

const NUL = Buffer.from([0]);
const parse = (name: string, sql: string) =>
  message('P', Buffer.from(name), NUL, Buffer.from(sql), NUL, Buffer.from([0, 0]));

describe('logging in', () => {
  test('refuses a wrong password with 28P01 and serves nothing', async () => {
    const { port } = await serve();
    for (const wrong of ['', 'wrong', 'correct horse battery staple ']) {
      const client = rawClient(port);
      client.send(startupPacket(), passwordMessage(wrong), simpleQuery('select 4711'));
      const answer = await client.closed;
      expect(answer).toContain('C28P01');
      expect(answer).not.toContain('4711');
    }
  });

  test('serves nothing without a password', async () => {
    const { port } = await serve();
    const client = rawClient(port);
    client.send(startupPacket(), simpleQuery('select 4711'));
    expect(await client.closed).toContain('C08P01');
  });

  test('declines TLS and goes on in the clear', async () => {
    const { port } = await serve();
    const client = rawClient(port);
    client.send(Buffer.from([0, 0, 0, 8, 4, 210, 22, 47]));
    await client.until('N');
    client.send(startupPacket(), passwordMessage('correct horse battery staple'));
    await client.until('server_version');
    client.socket.destroy();
  });

  test('ends a start-up packet of nonsense', async () => {
    const { port } = await serve();
    for (const nonsense of ['GET / HTTP/1.1\r\nHost: x\r\n\r\n', '\xff\xff\xff\xff\xff\xff\xff\xff\xff']) {
      const client = rawClient(port);
      client.send(Buffer.from(nonsense, 'latin1'));
      expect(await client.closed).toContain('C08P01');
    }
  });

  test('takes a limited number of clients', async () => {
    const { port } = await serve({ maxClients: 2 });
    const first = [await loggedIn(port), await loggedIn(port)];
    expect(await rawClient(port).closed).toContain('C53300');
    for (const client of first) client.socket.destroy();
  });
});

describe('the one backend', () => {
  test('a client silent inside its transaction is ended with 25P03 and rolled back', async () => {
    const { port, connect } = await serve({ idleInTransactionMs: 80 });
    const sql = connect();
    await sql`create table t (n int)`;
    const silent = await loggedIn(port);
    silent.send(simpleQuery('begin; insert into t values (1)'));
    await silent.until('Z\0\0\0\x05T');
    const waiting = sql`select count(*)::int as n from t`;
    expect(await silent.closed).toContain('C25P03');
    expect(await waiting).toEqual([{ n: 0 }]);
  });

  test('named statements are closed when their client leaves', async () => {
    const { port, connect, db } = await serve();
    const client = await loggedIn(port);
    client.send(parse('mine', 'select 1'), message('S'));
    await client.until('1\0\0\0\x04');
    const names = async () =>
      (await db.query<{ name: string }>(`select name from pg_prepared_statements`)).rows.map(
        ({ name }) => name,
      );
    expect(await names()).toEqual([expect.stringMatching(/^c\d+_mine$/)]);
    client.socket.destroy();
    await client.closed;
    const sql = connect();
    // The server sees the end of the connection before it takes the new one's queries.
    while ((await names()).some((name) => name.endsWith('_mine'))) await sql`select 1`;
    expect(await names()).not.toContainEqual(expect.stringMatching(/_mine$/));
  });

  test('two clients may give their statements the same name', async () => {
    const { port } = await serve();
    const [a, b] = [await loggedIn(port), await loggedIn(port)];
    const run = message('B', NUL, Buffer.from('same\0'), Buffer.from([0, 0, 0, 0, 0, 0]));
    const execute = message('E', NUL, Buffer.from([0, 0, 0, 0]));
    a.send(parse('same', `select 'from a'`), message('S'));
    b.send(parse('same', `select 'from b'`), message('S'));
    await Promise.all([a.until('1\0\0\0\x04'), b.until('1\0\0\0\x04')]);
    a.send(run, execute, message('S'));
    b.send(run, execute, message('S'));
    expect(await a.until('SELECT 1')).toContain('from a');
    expect(await b.until('SELECT 1')).toContain('from b');
    for (const client of [a, b]) client.socket.destroy();
  });

  test('COPY in the extended protocol, which would kill the backend, is answered 0A000', async () => {
    const { port, connect } = await serve();
    const sql = connect();
    await sql`create table t (n int)`;
    const client = await loggedIn(port);
    const bind = message('B', NUL, NUL, Buffer.from([0, 0, 0, 0, 0, 0]));
    client.send(
      parse('', '/* in */ copy t from stdin'),
      bind,
      message('E', NUL, Buffer.alloc(4)),
      message('S'),
    );
    expect(await client.until('C0A000')).toContain('simple query protocol');
    client.send(simpleQuery('select 4711'));
    await client.until('4711');
    client.socket.destroy();
    expect(await sql`select 1 as one`).toEqual([{ one: 1 }]);
  });

  test('COPY TO gives every line', async () => {
    const { port } = await serve();
    const client = await loggedIn(port);
    client.send(simpleQuery(`copy (select 'line ' || n from generate_series(1, 5000) n) to stdout`));
    const answer = await client.until('COPY 5000');
    expect(answer.match(/line \d+\n/g)).toHaveLength(5000);
    client.socket.destroy();
  });

  test('a COPY of bad lines fails as a whole, and its client goes on', async () => {
    const { port, connect } = await serve();
    const sql = connect();
    await sql`create table strict (n int)`;
    const client = await loggedIn(port);
    client.send(simpleQuery('copy strict from stdin'));
    await client.until('G\0\0\0\x07');
    const line = (text: string) => message('d', Buffer.from(text));
    client.send(line('1\n'), line('two\n'), line('3\n'), message('c'));
    expect(await client.until('C22P02')).toContain('COPY strict, line 2');
    client.send(simpleQuery('select count(*) + 4710 from strict'));
    await client.until('4710');
    client.socket.destroy();
  });

  test('a COPY that its client gives up leaves nothing', async () => {
    const { port, connect } = await serve();
    const sql = connect();
    await sql`create table strict (n int)`;
    for (const end of ['fail', 'vanish'] as const) {
      const client = await loggedIn(port);
      client.send(simpleQuery('copy strict from stdin'));
      await client.until('G\0\0\0\x07');
      client.send(message('d', Buffer.from('1\n')));
      if (end === 'fail') {
        client.send(message('f', Buffer.from('changed my mind\0')));
        await client.until('C57014');
      }
      client.socket.destroy();
    }
    expect(await sql`select count(*)::int as n from strict`).toEqual([{ n: 0 }]);
  });

  test('a message over the limit is refused with 54000 before it is stored', async () => {
    const { port, connect } = await serve({ maxMessageBytes: 100_000 });
    const client = await loggedIn(port);
    const claim = Buffer.from([0x51, 0x7f, 0xff, 0xff, 0xff]);
    client.send(claim);
    expect(await client.closed).toContain('C54000');
    const sql = connect();
    const refused = await sql`select ${'x'.repeat(200_000)}::text`.then(() => null, sqlState);
    expect(refused).toBe('CONNECTION_CLOSED');
    expect(await sql`select length(${'x'.repeat(50_000)}) as n`).toEqual([{ n: 50_000 }]);
  });

  test('a large message in many pieces arrives whole', async () => {
    const { connect } = await serve();
    const sql = connect();
    const large = 'seven   '.repeat(500_000);
    expect(await sql`select md5(${large}) = md5(repeat('seven   ', 500000)) as same`).toEqual([
      { same: true },
    ]);
  });

  test('a client that logs in while the server drains is told so', async () => {
    const { wire, port } = await serve();
    const client = await loggedIn(port);
    client.send(simpleQuery('begin'));
    await client.until('Z\0\0\0\x05T');
    await wire.drain();
    expect(await client.closed).toContain('C57P01');
    expect(await rawClient(port).closed).toContain('C57P03');
  });
});

/** A PGlite that throws, as a fault in WASM does, when a message contains `boom`; with `stay`, from then on. */
function faulty(db: PGlite, stay: boolean): Backend {
  let broken = false;
  return {
    runExclusive: (work) => db.runExclusive(work),
    execProtocolRawStream(bytes, options) {
      broken = (broken && stay) || Buffer.from(bytes).includes('boom');
      return broken
        ? Promise.reject(new Error('memory access out of bounds'))
        : db.execProtocolRawStream(bytes, options);
    },
  };
}

describe('a backend that throws', () => {
  test('costs the client its connection, with the reason, and serves the others when it still can', async () => {
    const { port, connect } = await serve({}, (db) => faulty(db, false));
    const sql = connect();
    await sql`select 1`;
    const client = await loggedIn(port);
    client.send(simpleQuery('begin; create table half (n int)'));
    await client.until('Z\0\0\0\x05T');
    client.send(simpleQuery(`select 'boom'`));
    expect(await client.closed).toMatch(/CXX000[\s\S]*memory access out of bounds/);
    expect(await sql`select to_regclass('half') as half`).toEqual([{ half: null }]);
  });

  test('is reported as broken when it does not roll back either', async () => {
    const broken = resolvable();
    const { port } = await serve({ onBroken: broken.resolve }, (db) => faulty(db, true));
    const client = await loggedIn(port);
    client.send(simpleQuery(`select 'boom'`));
    expect(await client.closed).toContain('CXX000');
    expect(String(await broken.promise)).toContain('memory access out of bounds');
  });
});

describe('the counters', () => {
  test('tell the longest time that one client held the backend, and for what', async () => {
    const { wire, connect } = await serve();
    const sql = connect(2);
    await sql`select 1`;
    wire.turns.resetStats();
    await sql.begin(async (tx) => {
      await tx`select 'first'`;
      await tx`select pg_sleep(0.12)`;
    });
    const { longestTransactionMs, longestStatement, transactions, clients } = wire.stats();
    expect(longestTransactionMs).toBeGreaterThanOrEqual(119);
    expect(longestStatement.toLowerCase()).toContain('begin');
    expect(transactions).toBe(1);
    expect(clients).toBeGreaterThan(0);
    wire.turns.resetStats();
    await sql`select 1`;
    expect(wire.stats().longestTransactionMs).toBeLessThan(119);
  });
});
