import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { trackToFile } from '@/lib/formats/track-file';
import { testDatabases } from '../support/database';
import { openEvents } from '../support/event-stream';
import { drive, GATES, rounds, trackOf } from '../support/tape';
import { until } from '../support/until';
import { HttpRefusal, openSocket } from '../support/web-socket';
import { type LiveServer, startLiveServer, type TestPerson } from './live-server';
import { ask, RECOVERS_WITHIN_MS } from './race-run';

const [database] = await testDatabases();
/** More than are sent while the tests run. */
const fixes = drive({ x: 0, y: 0 }, rounds(400, 30)).map(({ timeMs, x, y }) => ({
  time_ms: timeMs,
  x_m: x,
  y_m: y,
}));

describe('a live session before many eyes', () => {
  let server: LiveServer;
  let owner: TestPerson;
  let stranger: TestPerson;
  let sessionId: number;
  let deviceId: number;
  let sent = 0;
  let isOver = false;
  let driving: Promise<void>;

  const send = async (count: number) => {
    const { status } = await ask(server, owner, 'POST', '/api/v1/positions?device=ours', {
      fixes: fixes.slice(sent, sent + count),
    });
    expect(status).toBe(200);
    sent += count;
  };
  beforeAll(async () => {
    server = await startLiveServer({ databaseUrl: database?.url ?? '', kind: 'embedded' });
    [owner, stranger] = [await server.person(1), await server.person(1)];
    const { body: track } = await ask(
      server,
      await server.person(5),
      'POST',
      '/api/v1/tracks',
      trackToFile(trackOf(GATES)),
    );
    await send(1);
    const { body } = await ask(server, owner, 'POST', '/api/v1/live', {
      name: 'ours',
      track_id: track.id,
      from: new Date(0).toISOString(),
    });
    sessionId = Number(body.session_id);
    // The device's id is what the board says of its entry.
    for (deviceId = 1; deviceId < 20; deviceId++)
      if (
        (
          await ask(server, owner, 'POST', `/api/v1/live/${sessionId}/entries`, {
            device_id: deviceId,
            number: '1',
          })
        ).status === 201
      )
        break;
    driving = (async () => {
      while (!isOver && sent < fixes.length - 2) await send(2);
    })();
  });
  afterAll(async () => {
    isOver = true;
    await driving;
    await server?.stop();
  });

  const stream = () => `${server.url}/api/v1/live/${sessionId}`;
  const isSnapshot = ({ event }: { event: string }) => event === 'snapshot';

  it('leaves nothing of a thousand viewers who vanish, and shows every frame to who stays', async () => {
    const stays = await openEvents(stream(), owner.headers);
    await stays.upTo(isSnapshot);
    const before = await server.figures();
    for (let round = 0; round < 20; round++) {
      await Promise.all(
        Array.from({ length: 40 }, async (_, at) => {
          const gone = new AbortController();
          const answer = await fetch(stream(), { headers: owner.headers, signal: gone.signal });
          // Some read a moment, most never do.
          if (at % 4 === 0) await answer.body?.getReader().read();
          gone.abort();
        }),
      );
      const sockets = await Promise.all(
        Array.from({ length: 10 }, () =>
          openSocket(`${server.url}/api/v1/telemetry/live?session_id=${sessionId}`, {
            headers: owner.headers,
          }),
        ),
      );
      for (const { socket } of sockets) socket.terminate();
    }
    await until('nothing is left of them', async () => {
      const { streams, sockets, listeners, boards, connections } = await server.figures();
      return (
        streams === 1 && sockets === 0 && boards === 1 && listeners <= before.listeners && connections < 60
      );
    });
    const after = await server.figures();
    expect(after.heapBytes - before.heapBytes).toBeLessThan(60e6);
    const newest = Number((await stays.upTo(({ data }) => typeof data.seq === 'number')).at(-1)?.data.seq);
    const seen = await stays.upTo(({ data }) => Number(data.seq) >= newest + 3);
    const updates = seen.filter(({ event }) => event === 'update').map(({ data }) => Number(data.seq));
    expect(updates).toEqual(updates.map((_, at) => (updates[0] ?? 0) + at));
    stays.close();
  }, 60_000);

  it('is nobody else’s to send to, enter, flag, change or close', async () => {
    const own = await ask(server, stranger, 'POST', '/api/v1/live', { name: 'theirs' });
    const attempts = [
      ['POST', `/api/v1/positions?device_id=${deviceId}`, { fixes: [{ time_ms: 9e9, x_m: 1, y_m: 1 }] }],
      ['POST', '/api/v1/positions?device=ours', { fixes: [{ time_ms: 9e9, x_m: 1, y_m: 1 }] }],
      ['POST', `/api/v1/live/${Number(own.body.session_id)}/entries`, { device_id: deviceId }],
      ['POST', '/api/v1/live', { name: 'stolen', entries: [{ device_id: deviceId }] }],
      ['POST', `/api/v1/live/${sessionId}/entries`, { device_id: deviceId, driver: 'Nobody' }],
      ['POST', `/api/v1/live/${sessionId}/marks`, { kind: 'red' }],
      ['PATCH', `/api/v1/live/${sessionId}`, { delay_s: 300 }],
      ['POST', `/api/v1/live/${sessionId}/close`, undefined],
      ['POST', `/api/v1/devices/${deviceId}/keys`, undefined],
      ['DELETE', `/api/v1/sessions/${sessionId}`, undefined],
    ] as const;
    for (const [method, path, body] of attempts)
      expect([path, (await ask(server, stranger, method, path, body)).status]).toEqual([path, 403]);
    const feed = await openSocket(`${server.url}/api/v1/feeds`, { headers: stranger.headers });
    feed.send(JSON.stringify({ type: 'hello', feed: 'other', name: 'theirs' }));
    feed.send(
      JSON.stringify({ type: 'device', ref: 'a', external_id: 'ours', name: 'ours', frame: 'planar', id: 1 }),
    );
    expect(await feed.upTo('"id":1')).toContain('"forbidden"');
    feed.send(JSON.stringify({ type: 'session', action: 'close', session_id: sessionId, id: 2 }));
    expect(await feed.upTo('"id":2')).toContain('"forbidden"');
    feed.send(JSON.stringify({ type: 'flag', session_id: sessionId, kind: 'red', at_ms: 5, id: 3 }));
    expect(await feed.upTo('"id":3')).toContain('"forbidden"');
  });

  it('ends at once for a login or key that is revoked, on every channel', async () => {
    const who = await server.person(1);
    const key = { authorization: `Bearer ${who.key}` };
    const viewer = await openEvents(stream(), who.headers);
    await viewer.upTo(isSnapshot);
    const byLogin = await Promise.all(
      ['/api/v1/telemetry/live', '/upstream'].map((path) =>
        openSocket(`${server.url}${path}`, { headers: who.headers }),
      ),
    );
    const byKey = await Promise.all(
      ['/api/v1/telemetry/live', '/api/v1/feeds', '/upstream'].map((path) =>
        openSocket(`${server.url}${path}`, { headers: key }),
      ),
    );
    const keyViewer = await openEvents(stream(), key);
    await keyViewer.upTo(isSnapshot);
    const atMs = performance.now();
    expect((await ask(server, who, 'DELETE', `/api/v1/me/keys/${who.keyId}`)).status).toBe(204);
    for (const line of byKey) expect((await line.ended()).code).toBe(4401);
    expect((await keyViewer.rest()).at(-1)).toMatchObject({ event: 'end', data: { reason: 'access' } });
    const { body } = await ask(server, who, 'GET', '/api/v1/me/tokens');
    const tokens = Array.isArray(body.items) ? body.items : [];
    expect(tokens.length).toBeGreaterThan(0);
    for (const { id } of tokens) await ask(server, who, 'DELETE', `/api/v1/me/tokens/${id}`);
    for (const line of byLogin) expect((await line.ended()).code).toBe(4401);
    expect((await viewer.rest()).at(-1)).toMatchObject({ event: 'end', data: { reason: 'access' } });
    expect(performance.now() - atMs).toBeLessThan(RECOVERS_WITHIN_MS);
    for (const headers of [who.headers, key]) {
      expect(
        (await fetch(`${server.url}/api/v1/positions`, { method: 'POST', headers, body: '[]' })).status,
      ).toBe(401);
      for (const path of ['/api/v1/telemetry/live', '/api/v1/feeds'])
        await expect(openSocket(`${server.url}${path}`, { headers })).rejects.toBeInstanceOf(HttpRefusal);
    }
  });

  it('is neither read nor written by a page of another origin', async () => {
    const cookie = `pitwall_session=${owner.headers.authorization.replace('Bearer ', '')}`;
    const foreign: Record<string, string>[] = [
      { origin: 'https://evil.example' },
      { origin: 'null' },
      { origin: 'http://127.0.0.1:1', 'sec-fetch-site': 'same-site' },
      { 'sec-fetch-site': 'cross-site' },
    ];
    for (const headers of foreign) {
      for (const path of ['/api/v1/positions', `/api/v1/live/${sessionId}/close`, '/api/v1/robots/events']) {
        const answer = await fetch(`${server.url}${path}`, {
          method: 'POST',
          headers: { cookie, ...headers, 'content-type': 'application/json' },
          body: '{}',
        });
        expect([path, headers, answer.status]).toEqual([path, headers, 403]);
      }
      for (const path of ['/api/v1/telemetry/live', '/api/v1/feeds', '/upstream'])
        await expect(
          openSocket(`${server.url}${path}`, { headers: { cookie, ...headers } }),
        ).rejects.toMatchObject({ status: 403 });
      const read = await fetch(stream(), { headers: { cookie, ...headers } });
      expect(read.headers.get('access-control-allow-credentials')).toBeNull();
      expect(read.headers.get('access-control-allow-origin') ?? '*').toBe('*');
      await read.body?.cancel();
    }
    // Who can name no Origin is no page: then the cookie alone opens no socket.
    await expect(openSocket(`${server.url}/api/v1/feeds`, { headers: { cookie } })).rejects.toMatchObject({
      status: 403,
    });
  });
});
