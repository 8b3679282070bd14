import { statSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { importAccepted, importItem } from '@/lib/contracts/imports';
import { type LoginAnswer, loginAnswer, setupState } from '@/lib/contracts/people';
import { type PitwallServer, startPitwall } from '../support/pitwall-server';
import { until } from '../support/until';

const MB = 1024 * 1024;

describe('a new server, as programs meet it', () => {
  let server: PitwallServer;
  let login: LoginAnswer;
  beforeAll(async () => {
    server = await startPitwall();
  });
  afterAll(() => server?.stop());

  const post = (path: string, body: unknown, headers: Record<string, string> = {}) =>
    fetch(`${server.url}${path}`, { method: 'POST', body: JSON.stringify(body), headers });
  const bearer = () => ({ authorization: `Bearer ${login.access_token}` });

  test('gives nothing away before somebody has logged in', async () => {
    for (const path of ['/', '/sessions', '/import', '/account', '/admin/users', '/admin/logs']) {
      const answer = await fetch(`${server.url}${path}`, { redirect: 'manual' });
      expect([path, answer.status, answer.headers.get('location')]).toEqual([path, 307, '/setup']);
    }
    for (const path of ['sessions', 'imports', 'users', 'logs', 'me', 'imports/stream'])
      expect([path, (await fetch(`${server.url}/api/v1/${path}`)).status]).toEqual([path, 401]);
    const state = await fetch(`${server.url}/api/v1/auth/setup`);
    expect(setupState.parse(await state.json())).toMatchObject({ done: false, by: 'here' });
  });

  test('is claimed by no request that came through a proxy, whatever its headers say', async () => {
    const account = (header: string) => ({ username: `by ${header}`, password: 'long enough 1' });
    for (const header of ['x-forwarded-for', 'forwarded', 'via', 'cf-connecting-ip', 'x-real-ip'])
      expect((await post('/api/v1/auth/login', account(header), { [header]: '127.0.0.1' })).status).toBe(403);
    const own = { 'x-pitwall-local': '1', via: '1.1 somewhere' };
    expect((await post('/api/v1/auth/login', account('stamp'), own)).status).toBe(403);
  });

  test('makes one administrator of two first logins at once', async () => {
    const names = ['ada', 'ben'];
    const answers = await Promise.all(
      names.map((username) => post('/api/v1/auth/login', { username, password: `long enough ${username}` })),
    );
    expect(answers.map((answer) => answer.status).sort()).toEqual([200, 401]);
    const winner = answers.find((answer) => answer.status === 200);
    login = loginAnswer.parse(await winner?.json());
    expect(login.user).toMatchObject({ level: 5, level_name: 'administrator' });
    const users = await (await fetch(`${server.url}/api/v1/users`, { headers: bearer() })).json();
    expect(users.total).toBe(1);
  });

  test('keeps its secret to itself', () => {
    const mode = statSync(join(server.dataDir, 'auth-secret')).mode & 0o777;
    expect(mode).toBe(0o600);
    expect(server.log()).not.toMatch(/long enough|eyJ/);
  });

  test('takes a file of 50 MB', async () => {
    const row = '1750000000000,47.5,9.2\n';
    const content = `time_ms,lat,lon\n${row.repeat(Math.ceil((50 * MB) / row.length))}`;
    const form = new FormData();
    form.append('file', new Blob([content]), 'long.csv');
    const answer = await fetch(`${server.url}/api/v1/imports`, {
      method: 'POST',
      body: form,
      headers: bearer(),
    });
    expect(answer.status).toBe(202);
    const [accepted] = importAccepted.parse(await answer.json()).items;
    const path = `${server.url}/api/v1/imports/${accepted?.id}`;
    const item = await until(
      'the import is over',
      async () => {
        const found = importItem.parse(await (await fetch(path, { headers: bearer() })).json());
        return found.status === 'done' || found.status === 'failed' ? found : null;
      },
      60_000,
    );
    expect(item).toMatchObject({ file: 'long.csv', bytes: Buffer.byteLength(content) });
  });

  test('logs a browser in by a cookie that scripts cannot read, and out again at once', async () => {
    const origin = { origin: server.url };
    const first = await fetch(`${server.url}/api/auth/csrf`);
    const { csrfToken } = await first.json();
    const jar = first.headers.getSetCookie().map((line) => line.split(';')[0]);
    const form = (fields: Record<string, string>) =>
      new URLSearchParams({ csrfToken, json: 'true', ...fields });
    const sent = await fetch(`${server.url}/api/auth/callback/credentials`, {
      method: 'POST',
      body: form({ username: login.user.username, password: `long enough ${login.user.username}` }),
      headers: { ...origin, cookie: jar.join('; ') },
    });
    const line = sent.headers.getSetCookie().find((one) => one.startsWith('pitwall_session=')) ?? '';
    expect(line).toMatch(/; HttpOnly/i);
    expect(line).toMatch(/; SameSite=Lax/i);
    expect(line).toMatch(/; Path=\//i);
    const cookie = line.split(';')[0] ?? '';
    const me = () => fetch(`${server.url}/api/v1/me`, { headers: { cookie } });
    expect(await (await me()).json()).toMatchObject({ username: login.user.username, by: 'login' });
    const out = await fetch(`${server.url}/api/auth/signout`, {
      method: 'POST',
      body: form({}),
      headers: { ...origin, cookie: [...jar, cookie].join('; ') },
    });
    expect(out.ok).toBe(true);
    expect((await me()).status).toBe(401);
    expect((await fetch(`${server.url}/api/v1/me`, { headers: bearer() })).status).toBe(200);
  });

  test('takes no login by cookie from a page of another site', async () => {
    const forged = await fetch(`${server.url}/api/auth/callback/credentials`, {
      method: 'POST',
      body: new URLSearchParams({ username: 'ada', password: 'long enough ada', json: 'true' }),
      headers: { origin: 'https://elsewhere.example' },
    });
    expect(forged.status).toBe(403);
    const without = await fetch(`${server.url}/api/auth/callback/credentials`, {
      method: 'POST',
      body: new URLSearchParams({ username: 'ada', password: 'long enough ada', json: 'true' }),
      headers: { origin: server.url },
    });
    expect(without.headers.getSetCookie().join()).not.toContain('pitwall_session');
  });
});

describe('a server that others can reach', () => {
  let server: PitwallServer;
  beforeAll(async () => {
    server = await startPitwall({ HOST: '0.0.0.0', SETUP_TOKEN: 'a token for the set-up' });
  });
  afterAll(() => server?.stop());

  test('is claimed with its token only', async () => {
    const claim = (more: object) =>
      fetch(`${server.url}/api/v1/auth/login`, {
        method: 'POST',
        body: JSON.stringify({ username: 'ada', password: 'long enough ada', ...more }),
      });
    expect((await claim({})).status).toBe(403);
    expect((await claim({ setup_token: 'another token' })).status).toBe(403);
    expect((await claim({ setup_token: 'a token for the set-up' })).status).toBe(200);
    expect(server.log()).toContain('unencrypted');
  });
});
