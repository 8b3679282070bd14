import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { openBrowser } from '../support/browser';
import { ADMIN, awake, openPage } from '../support/people-pages';
import { type PitwallServer, startPitwall } from '../support/pitwall-server';
import { until } from '../support/until';

const browser = await openBrowser();

describe.skipIf(!browser)('spectators of a server that everybody may read', () => {
  let server: PitwallServer;
  let page: Page;
  const complaints: string[] = [];

  beforeAll(async () => {
    vi.stubEnv('PUBLIC_READ', '1');
    vi.stubEnv('ADMIN_USERNAME', ADMIN.username);
    vi.stubEnv('ADMIN_PASSWORD', ADMIN.password);
    server = await startPitwall({ DEMO: '1' });
    page = await openPage(browser, complaints);
    await until(
      'the demo is there',
      async () => (await page.request.get(`${server.url}/sessions/1`)).status() === 200,
      60_000,
    );
  });

  afterAll(async () => {
    await browser?.close();
    await server?.stop();
    vi.unstubAllEnvs();
  });

  it.each(['/', '/live', '/sessions', '/sessions/1', '/tracks', '/tracks/1'])(
    'see %s and the way in',
    async (path) => {
      const answer = await page.goto(server.url + path);
      await awake(page);
      expect(answer?.status()).toBe(200);
      const next = path === '/' ? '' : `?next=${encodeURIComponent(path)}`;
      expect(await page.getByRole('link', { name: 'Log in' }).getAttribute('href')).toBe(`/login${next}`);
      const main = page.getByRole('navigation', { name: 'Main' }).getByRole('link');
      expect(await main.allTextContents()).toEqual(['Live', 'Sessions', 'Tracks', 'Robots']);
      const words = /Drop logger files|Reprocess|Rename|Delete|Import files|Devices|Owner/;
      expect(await page.locator('main').textContent()).not.toMatch(words);
    },
  );

  it('ask the API for nothing that is refused', async () => {
    const refused: string[] = [];
    page.on('response', (answer) => {
      if (answer.status() >= 400) refused.push(`${answer.status()} ${answer.url()}`);
    });
    for (const path of ['/', '/sessions/1', '/tracks/1']) {
      await page.goto(server.url + path);
      if (path !== '/') await page.locator('[data-map=drawn]').waitFor();
    }
    expect(refused).toEqual([]);
  });

  it.each(['/import', '/devices', '/account', '/admin/users'])('are led to the login by %s', async (path) => {
    await page.goto(server.url + path);
    await page.waitForURL(`${server.url}/login?next=${encodeURIComponent(path)}`);
  });

  it('never saw the console complain', () => {
    expect(complaints).toEqual([]);
  });
});
