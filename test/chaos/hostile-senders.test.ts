import net from 'node:net';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { WebSocket } from 'ws';
import { type OpenDatabase, openDatabase } from '@/lib/db/client';
import { randomFrom } from '@/lib/simulator/random';
import { testDatabases } from '../support/database';
import { until } from '../support/until';
import { openSocket } from '../support/web-socket';
import { wrongLine, wrongMessage, wrongPositions, wrongReport } from './hostile-messages';
import { type LiveServer, startLiveServer, type TestPerson } from './live-server';
import { ask } from './race-run';

const [database] = await testDatabases();
const sumOf = (counts: Record<string, number>): number =>
  Object.values(counts).reduce((sum, count) => sum + count, 0);

describe('senders who want to break it', () => {
  let open: OpenDatabase;
  let server: LiveServer;
  let good: TestPerson;
  let evil: TestPerson;
  const random = randomFrom('hostile');
  const sockets: net.Socket[] = [];
  const lines: WebSocket[] = [];

  beforeAll(async () => {
    const url = database?.url ?? '';
    open = openDatabase(url);
    server = await startLiveServer({ databaseUrl: url, kind: 'embedded' });
    [good, evil] = [await server.person(1), await server.person(1)];
  });
  afterAll(async () => {
    for (const socket of sockets) socket.destroy();
    for (const line of lines) line.terminate();
    await server?.stop();
    await open?.close();
  });

  const post = async (body: string | Uint8Array<ArrayBuffer>, type: string, packed = false) => {
    const answer = await fetch(`${server.url}/api/v1/positions`, {
      method: 'POST',
      headers: { ...evil.headers, 'content-type': type, ...(packed && { 'content-encoding': 'gzip' }) },
      body,
    });
    const text = await answer.text();
    return { status: answer.status, body: JSON.parse(text || '{}') };
  };
  const each = async (count: number, side: number, work: (at: number) => Promise<void>) => {
    let next = 0;
    await Promise.all(
      Array.from({ length: side }, async () => {
        while (next < count) await work(next++);
      }),
    );
  };
  /** A channel of somebody hostile that is opened again whenever it is closed. */
  const flood = async (path: string, count: number, message: () => string) => {
    let sent = 0;
    let answers = 0;
    while (sent < count) {
      const line = await openSocket(`${server.url}${path}`, { headers: evil.headers });
      lines.push(line.socket);
      for (; sent < count && line.closed === null; sent++) {
        line.send(message());
        if (sent % 50 === 49)
          await until(
            'it answers or closes',
            () => line.messages.length >= 1 && (line.messages.length >= 40 || line.closed),
          );
      }
      answers += line.messages.length;
      line.socket.close();
    }
    return answers;
  };

  const refusedOf = async (name: string): Promise<number> => {
    const [state] = await open.sql<{ refused: Record<string, number> }[]>`
      select refused from device_states join devices on devices.id = device_id where devices.name = ${name}`;
    return sumOf(state?.refused ?? {});
  };

  it('are refused and counted, a device’s one by one, while everybody else’s fixes are stored', async () => {
    await post('{"device":"hostile","x_m":1,"y_m":1,"time_ms":1}', 'application/json');
    const phone = await ask(server, evil, 'POST', '/api/v1/devices', { name: 'evil phone' });
    const path = String(phone.body.path ?? '');
    expect(path).toMatch(/^\/api\/v1\/osmand\//);
    const before = await server.figures();
    let isOver = false;
    let stored = 0;
    let worstMs = 0;
    const sending = (async () => {
      for (let at = 0; !isOver; at++) {
        const sentAtMs = performance.now();
        const fixes = Array.from({ length: 5 }, (_, row) => ({
          time_ms: at * 500 + row * 100,
          x_m: at,
          y_m: row,
        }));
        const { status, body } = await ask(server, good, 'POST', '/api/v1/positions?device=good', { fixes });
        if (status === 200) stored += Number(body.stored);
        worstMs = Math.max(worstMs, performance.now() - sentAtMs);
      }
    })();
    let told = 0;
    let reports = 0;
    const statuses = new Map<number, number>();
    const note = ({ status }: { status: number }) => {
      statuses.set(status, (statuses.get(status) ?? 0) + 1);
    };
    await Promise.all([
      each(1_500, 4, async () => {
        const { body, type, packed } = wrongPositions(random);
        const answer = await post(body, type, packed);
        note(answer);
        if (answer.status === 200) expect(answer.body).toHaveProperty('refused');
        else expect(answer.body).toMatchObject({ message: expect.any(String), error: expect.any(String) });
        if (typeof body === 'string' && body.startsWith('{"device":"hostile"'))
          told += answer.status === 422 ? answer.body.errors.length : sumOf(answer.body.refused ?? {});
      }),
      each(500, 2, async () => {
        note(await fetch(`${server.url}${path}?${wrongReport(random)}`));
        reports++;
      }),
      flood('/upstream', 5_000, () => wrongLine(random)),
      flood('/api/v1/feeds', 3_000, () => wrongMessage(random)),
    ]);
    isOver = true;
    await sending;
    expect([...statuses.keys()].filter((status) => status >= 500)).toEqual([]);
    const [row] = await open.sql<{ rows: number }[]>`
      select count(*)::int as rows from positions join devices on devices.id = device_id where external_id = 'good'`;
    expect(stored).toBeGreaterThan(50);
    expect(row?.rows).toBe(stored);
    const after = await server.figures();
    expect(told).toBeGreaterThan(100);
    // Channels are closed before all is answered: what they counted beyond this is not known.
    expect(sumOf(after.ingest.refused) - sumOf(before.ingest.refused)).toBeGreaterThanOrEqual(told + reports);
    await expect.poll(() => refusedOf('hostile'), { timeout: 10_000 }).toBe(told);
    await expect.poll(() => refusedOf('evil phone'), { timeout: 10_000 }).toBe(reports);
    expect(after.heapBytes - before.heapBytes).toBeLessThan(150e6);
    expect(worstMs).toBeLessThan(10_000);
    expect(server.log()).not.toContain('Unhandled');
  }, 60_000);

  it('get nothing through by size: bombs, too many fixes, too many devices', async () => {
    const before = await server.figures();
    const bomb = new Uint8Array(gzipSync(Buffer.alloc(200e6, ' ')));
    expect(
      (await Promise.all([1, 2, 3].map(() => post(bomb, 'application/json', true)))).map(
        ({ status }) => status,
      ),
    ).toEqual([413, 413, 413]);
    const rows = (count: number, name: (row: number) => string) =>
      `device,time_ms,x_m,y_m\n${Array.from({ length: count }, (_, row) => `${name(row)},${row},${row},0`).join('\n')}`;
    expect(
      (
        await post(
          rows(50_001, () => 'many'),
          'text/csv',
        )
      ).status,
    ).toBe(413);
    const whole = await post(
      rows(50_000, () => 'many'),
      'text/csv',
    );
    expect([whole.status, whole.body.stored]).toEqual([200, 50_000]);
    expect(
      (
        await post(
          rows(4_000, (row) => `a${row}`),
          'text/csv',
        )
      ).body.stored,
    ).toBe(4_000);
    const more = await post(
      rows(4_000, (row) => `b${row}`),
      'text/csv',
    );
    expect([more.status, more.body.error]).toEqual([409, 'too_many_devices']);
    const after = await server.figures();
    expect(after.heapBytes - before.heapBytes).toBeLessThan(200e6);
  }, 60_000);

  it('hold nobody up by connections that say nothing or never read', async () => {
    const { port } = new URL(server.url);
    const halves = [
      'POST /api/v1/positions HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 1000\r\n\r\n{"dev',
      'GET /api/v1/live HTTP/1.1\r\nHo',
      '',
      'GET /upstream HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n',
    ];
    for (let at = 0; at < 200; at++) {
      const socket = net.connect(Number(port), '127.0.0.1');
      socket.on('error', () => {});
      sockets.push(socket);
      socket.write(halves[at % halves.length] ?? '');
    }
    for (let at = 0; at < 20; at++) {
      const { socket } = await openSocket(`${server.url}/upstream`, { headers: evil.headers });
      lines.push(socket);
      socket.pause();
      for (let line = 0; line < 300; line++) socket.send('1,2,nonsense,evil\n'.repeat(100));
    }
    const fix = { time_ms: 9e9, x_m: 1, y_m: 1 };
    const answer = await ask(server, good, 'POST', '/api/v1/positions?device=good', { fixes: [fix] });
    expect([answer.status, answer.body.stored]).toEqual([200, 1]);
    const held = await server.figures();
    expect(held.heapBytes).toBeLessThan(600e6);
    for (const socket of sockets.splice(0)) socket.destroy();
    for (const line of lines.splice(0)) line.terminate();
    await until('nothing is left of them', async () => {
      const { sockets: left, connections } = await server.figures();
      return left === 0 && connections < 20;
    });
  }, 60_000);
});
