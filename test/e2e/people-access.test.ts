import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openBrowser } from '../support/browser';
import {
  ADMIN,
  awake,
  logInAs,
  openPage,
  overflowOf,
  SHOTS,
  seriousFaults,
  setUp,
} from '../support/people-pages';
import { type PitwallServer, startPitwall } from '../support/pitwall-server';
import { until } from '../support/until';

const browser = await openBrowser();

const PAGES = [
  '/',
  '/live',
  '/sessions',
  '/sessions/1',
  '/tracks',
  '/tracks/1',
  '/devices',
  '/robots',
  '/import',
  '/account',
  '/admin/users',
  '/admin/usage',
  '/admin/logs',
  '/admin/system',
  '/nowhere',
];

/** Places of an application that open over a page. */
const DIALOGS = [
  ['/account', 'New key'],
  ['/admin/users', 'New user'],
  ['/admin/logs', 'Delete all'],
  ['/devices', /^Change /],
  ['/devices', 'Add a phone'],
  ['/sessions/1', 'Rename'],
] as const;

describe.skipIf(!browser)('every page, for whoever cannot see or use a mouse', () => {
  let server: PitwallServer;
  const complaints: string[] = [];
  const regular = {
    username: 'a regular user with a name that is as long as a name may be!!',
    password: 'some pass word',
  };

  beforeAll(async () => {
    mkdirSync(SHOTS, { recursive: true });
    server = await startPitwall({ DEMO: '1' });
    const page = await openPage(browser, complaints);
    await page.goto(`${server.url}/setup`);
    await shoot(page, 'setup-dark-1440');
    expect(await seriousFaults(page)).toEqual([]);
    await setUp(page, server.url);
    const headers = { origin: server.url };
    const email = 'somebody.with.a.long.name@an-address.example.org';
    await page.request.post(`${server.url}/api/v1/users`, { headers, data: { ...regular, email } });
    await page.request.post(`${server.url}/api/v1/users`, {
      headers,
      data: { username: 'gone', password: 'some pass word', level: 0 },
    });
    const key = { name: 'logger in the van', scopes: ['read', 'ingest'] };
    await page.request.post(`${server.url}/api/v1/me/keys`, { headers, data: key });
    await until(
      'the demo is there',
      async () => (await page.request.get(`${server.url}/api/v1/sessions/1`)).status() === 200,
      60_000,
    );
    await page.context().close();
  });

  afterAll(async () => {
    await browser?.close();
    await server?.stop();
  });

  async function shoot(page: Page, name: string, fullPage = true): Promise<void> {
    await page.screenshot({ path: join(SHOTS, `${name}.png`), fullPage });
  }

  async function open(page: Page, path: string): Promise<void> {
    await page.goto(server.url + path);
    await awake(page);
    if (/^\/(sessions|tracks)\/\d/.test(path)) await page.locator('[data-map=drawn]').waitFor();
  }

  const nameOf = (path: string) =>
    path.replace(/\d+/, 'one').replace(/\W+/g, '-').replace(/^-|-$/g, '') || 'home';

  it.each([
    ['dark', 1440, 900],
    ['light', 390, 844],
  ] as const)(
    'has no serious fault and fits, %s at %i by %i',
    async (theme, width, height) => {
      const page = await openPage(browser, complaints, { theme, width, height });
      await page.goto(`${server.url}/login`);
      const faults = (await seriousFaults(page)).map((fault) => `/login: ${fault}`);
      await shoot(page, `login-${theme}-${width}`);
      await logInAs(page, server.url);
      for (const path of PAGES) {
        await open(page, path);
        faults.push(...(await seriousFaults(page)).map((fault) => `${path}: ${fault}`));
        expect(await overflowOf(page), `${path} is too wide`).toBeLessThanOrEqual(0);
        expect(await page.locator('h1').count(), `${path}: one h1`).toBe(1);
        await shoot(page, `people-${nameOf(path)}-${theme}-${width}`);
      }
      await page.context().close();
      expect(faults).toEqual([]);
    },
    180_000,
  );

  it.each(['dark', 'light'] as const)('has no serious fault in its dialogs and menus, %s', async (theme) => {
    const page = await openPage(browser, complaints, { theme });
    await logInAs(page, server.url);
    const faults: string[] = [];
    for (const [path, name] of DIALOGS) {
      await open(page, path);
      await page.getByRole('main').getByRole('button', { name }).first().click();
      await page.locator('[role=dialog], [role=alertdialog]').waitFor();
      faults.push(...(await seriousFaults(page)).map((fault) => `${path} dialog: ${fault}`));
      await shoot(page, `dialog-${nameOf(path)}-${theme}-1440`, false);
      await page.keyboard.press('Escape');
    }
    await open(page, '/');
    await page.getByRole('button', { name: `Account of ${ADMIN.username}` }).click();
    await page.getByRole('menu').waitFor();
    faults.push(...(await seriousFaults(page)).map((fault) => `menu: ${fault}`));
    await shoot(page, `menu-${theme}-1440`, false);
    await page.context().close();
    expect(faults).toEqual([]);
  });

  it('has no serious fault where it is refused', async () => {
    const page = await openPage(browser, complaints, { width: 390, height: 844 });
    await logInAs(page, server.url, regular);
    await open(page, '/admin/system');
    expect(await seriousFaults(page)).toEqual([]);
    expect(await page.locator('h1').count()).toBe(1);
    expect(await overflowOf(page)).toBeLessThanOrEqual(0);
    await shoot(page, 'forbidden-dark-390');
    await page.context().close();
  });

  it('never saw the console complain', () => {
    expect(complaints).toEqual([]);
  });
});
