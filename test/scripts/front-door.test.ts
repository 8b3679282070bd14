import http from 'node:http';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { doorSettings, encryptionWarning, localAddress } from '@/scripts/server/door-settings';
import { type FrontDoor, openFrontDoor } from '@/scripts/server/front-door';

const LOOPBACK = { HOST: '127.0.0.1', PORT: 0 };

let door: FrontDoor;
beforeEach(async () => {
  door = await openFrontDoor(doorSettings(LOOPBACK));
});
afterEach(async () => {
  door.server.closeAllConnections();
  await new Promise((resolve) => door.server.close(resolve));
});

type Answer = { status: number; headers: http.IncomingHttpHeaders; body: string };

function ask(options: http.RequestOptions, body = ''): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const take = async (response: http.IncomingMessage) => {
      let text = '';
      for await (const chunk of response) text += chunk;
      resolve({ status: response.statusCode ?? 0, headers: response.headers, body: text });
    };
    const request = http.request({ host: '127.0.0.1', port: door.port, agent: false, ...options }, take);
    request.on('upgrade', () => reject(new Error('upgraded')));
    request.on('error', reject);
    request.end(body);
  });
}

const pages = () =>
  door.open(async (request, response) => {
    response.end(`page ${request.url}`);
  });

describe('the front door', () => {
  test('answers 503 until the pages are ready', async () => {
    const early = await ask({ path: '/' });
    expect(early).toMatchObject({ status: 503, headers: { 'retry-after': '1' } });
    pages();
    expect(await ask({ path: '/tracks' })).toMatchObject({ status: 200, body: 'page /tracks' });
  });

  test('refuses a foreign Host and a cross-site write in the shape of every error, before the pages see them', async () => {
    let seen = 0;
    door.open(async (_, response) => {
      seen++;
      response.end();
    });
    const rebound = await ask({ headers: { host: 'evil.example' } });
    const posted = await ask({ method: 'POST', headers: { origin: 'null' } }, 'x'.repeat(100_000));
    expect([rebound.status, posted.status, seen]).toEqual([421, 403, 0]);
    const { request_id, ...rest } = JSON.parse(posted.body);
    expect(rest).toEqual({ error: 'cross_site', message: expect.any(String), status_code: 403 });
    expect(posted.headers['x-request-id']).toBe(request_id);
    expect((await ask({ method: 'POST' })).status).toBe(200);
    expect(seen).toBe(1);
  });

  test('answers a WebSocket with 404, and one from another site with 403', async () => {
    pages();
    const headers = { connection: 'Upgrade', upgrade: 'websocket' };
    expect((await ask({ headers })).status).toBe(404);
    expect((await ask({ headers: { ...headers, origin: 'http://evil.example' } })).status).toBe(403);
  });

  test('answers 500 in the same shape when the pages fail', async () => {
    door.open(() => Promise.reject(new Error('a fault of the test')));
    const failed = await ask({});
    expect(JSON.parse(failed.body)).toMatchObject({ error: 'internal', status_code: 500 });
    expect(failed.body).not.toContain('a fault of the test');
  });

  test('says which port is taken and what to do', async () => {
    await expect(openFrontDoor(doorSettings({ ...LOOPBACK, PORT: door.port }))).rejects.toThrow(
      `Port ${door.port} on 127.0.0.1 is in use by another program. Stop that one, or set PORT to another number, for example PORT=${door.port + 1}.`,
    );
  });

  test('closes each connection after its answer while it drains', async () => {
    pages();
    door.drain();
    expect((await ask({ path: '/' })).headers.connection).toBe('close');
  });

  test('says what to do when it cannot listen at the address', async () => {
    await expect(openFrontDoor(doorSettings({ HOST: '192.0.2.1', PORT: 0 }))).rejects.toThrow(
      /192\.0\.2\.1 is no address of this machine\. Set HOST/,
    );
  });

  test('warns of passwords on an open network, and only there', () => {
    expect(encryptionWarning({ HOST: '0.0.0.0', PORT: 0 })).toMatch(/unencrypted.*https.*PUBLIC_URL/);
    const open = { HOST: '0.0.0.0', PORT: 0 };
    expect(encryptionWarning({ ...open, PUBLIC_URL: 'http://pit.example' })).not.toBeNull();
    expect(encryptionWarning({ ...open, PUBLIC_URL: 'https://pit.example' })).toBeNull();
    expect(encryptionWarning(LOOPBACK)).toBeNull();
  });

  test('names an address that can be opened, also when it listens on all of them', () => {
    const hosts = ['127.0.0.1', '0.0.0.0', '::', 'fd00::1', 'timing-box'];
    expect(hosts.map((host) => localAddress(host, 3000))).toEqual([
      'http://127.0.0.1:3000',
      'http://127.0.0.1:3000',
      'http://[::1]:3000',
      'http://[fd00::1]:3000',
      'http://timing-box:3000',
    ]);
  });
});
