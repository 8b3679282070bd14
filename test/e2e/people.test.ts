import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openBrowser } from '../support/browser';
import { tabTo } from '../support/page-reading';
import { ADMIN, awake, logInAs, menuWords, openPage, openTab, tryLogin } from '../support/people-pages';
import { type PitwallServer, startPitwall } from '../support/pitwall-server';
import { until } from '../support/until';

const browser = await openBrowser();

/** What each level sees in the main bar and in its menu, and which pages answer it 403. */
const LEVELS = [
  { level: 1, name: 'regular', admin: [] },
  { level: 2, name: 'super user', admin: [] },
  { level: 3, name: 'moderator', admin: ['Users', 'Usage'] },
  { level: 4, name: 'super moderator', admin: ['Users', 'Usage', 'Audit log'] },
];
const ADMIN_PAGES = {
  Users: '/admin/users',
  Usage: '/admin/usage',
  'Audit log': '/admin/logs',
  System: '/admin/system',
};

const passwordOf = (level: number) => `the pass word of level ${level}`;

describe.skipIf(!browser)('people at a new server', () => {
  let server: PitwallServer;
  let page: Page;
  const complaints: string[] = [];

  beforeAll(async () => {
    server = await startPitwall({ DEMO: '1' });
    page = await openPage(browser, complaints);
  });

  afterAll(async () => {
    await browser?.close();
    await server?.stop();
  });

  const path = () => page.url().slice(server.url.length);

  it('are led to the set-up, where the keyboard alone makes the first administrator', async () => {
    await page.goto(`${server.url}/sessions`);
    await page.waitForURL(`${server.url}/setup`);
    await awake(page);
    await tabTo(page, 'input[name=username]');
    await page.keyboard.type(ADMIN.username);
    await page.keyboard.press('Tab');
    await page.keyboard.type('short');
    const rules = page.getByRole('list', { name: 'Rules of the password' });
    expect(await rules.getByRole('img', { name: 'not met yet:' }).count()).toBe(1);
    await page.keyboard.press('Control+A');
    await page.keyboard.type(ADMIN.password);
    expect(await rules.getByRole('img', { name: 'not met yet:' }).count()).toBe(0);
    await page.keyboard.press('Tab');
    await page.keyboard.type(ADMIN.password);
    await page.keyboard.press('Enter');
    await page.waitForURL(`${server.url}/`);
    expect(await menuWords(page)).toEqual([
      'Account',
      'API',
      'Users',
      'Usage',
      'Audit log',
      'System',
      'Log out',
    ]);
  });

  it('find the set-up closed once it is done', async () => {
    const answer = await page.request.get(`${server.url}/setup`, { maxRedirects: 0 });
    expect([answer.status(), answer.headers().location]).toEqual([307, '/login']);
    await page.goto(`${server.url}/login`);
    expect(path()).toBe('/');
  });

  it.each([0, 1, 2, 3, 4])('get an account of level %i from the administrator', async (level) => {
    await page.goto(`${server.url}/admin/users`);
    await awake(page);
    await page.getByRole('button', { name: 'New user' }).click();
    const dialog = page.getByRole('dialog', { name: 'New user' });
    await dialog.getByLabel('Name').fill(`level${level}`);
    await dialog.getByLabel('Level').selectOption(String(level));
    await dialog.getByLabel('Password', { exact: true }).fill(passwordOf(level));
    await dialog.getByLabel('Password once more').fill(passwordOf(level));
    await dialog.getByRole('button', { name: 'Make the account' }).click();
    await dialog.waitFor({ state: 'detached' });
    await page.getByRole('cell', { name: `level${level}`, exact: true }).waitFor();
  });

  it('see at the field what is wrong with it, and have the focus there', async () => {
    await page.getByRole('button', { name: 'New user' }).click();
    const dialog = page.getByRole('dialog', { name: 'New user' });
    const name = dialog.getByLabel('Name');
    await name.fill('LEVEL1');
    await dialog.getByLabel('Password', { exact: true }).fill('another pass word');
    await dialog.getByLabel('Password once more').fill('another pass word');
    await dialog.getByRole('button', { name: 'Make the account' }).click();
    await expect.poll(() => name.getAttribute('aria-invalid')).toBe('true');
    const ids = (await name.getAttribute('aria-describedby'))?.split(' ') ?? [];
    const told = await Promise.all(ids.map((id) => page.locator(`[id="${id}"]`).textContent()));
    expect(told.join(' ')).toMatch(/is taken/);
    await expect
      .poll(() => page.evaluate(() => document.activeElement?.getAttribute('name')))
      .toBe('username');
    await page.keyboard.press('Escape');
  });

  it('cannot change their own row, and are told why', async () => {
    const row = page.getByRole('row').filter({ hasText: 'your own: see Account' });
    expect(await row.getByRole('cell').first().textContent()).toBe(ADMIN.username);
    expect(await row.getByRole('button').count()).toBe(0);
  });

  it('are told at the login that an account is inactive', async () => {
    const other = await openPage(browser, complaints);
    await other.goto(`${server.url}/login`);
    await tryLogin(other, { username: 'level0', password: passwordOf(0) });
    await other.getByRole('alert').filter({ hasText: 'This account is inactive' }).waitFor();
    await other.context().close();
  });

  it.each(LEVELS)('see at level $level what it may, and nothing else', async ({ level, name, admin }) => {
    const other = await openPage(browser, complaints);
    await logInAs(other, server.url, { username: `level${level}`, password: passwordOf(level) });
    const main = other.getByRole('navigation', { name: 'Main' }).getByRole('link');
    expect(await main.allTextContents()).toEqual([
      'Live',
      'Sessions',
      'Tracks',
      'Devices',
      'Robots',
      'Import',
    ]);
    expect(await menuWords(other)).toEqual(['Account', 'API', ...admin, 'Log out']);
    for (const [words, at] of Object.entries(ADMIN_PAGES)) {
      const answer = await other.goto(server.url + at);
      expect(answer?.status(), at).toBe(admin.includes(words) ? 200 : 403);
    }
    await other.getByRole('heading', { name: 'This page is not for your account' }).waitFor();
    expect(await other.locator('main').textContent()).toContain(
      `System needs level 5 (administrator). You are logged in as level${level}, level ${level} (${name}).`,
    );
    await other.getByRole('link', { name: 'Back to the start' }).click();
    await other.waitForURL(`${server.url}/`);
    await other.context().close();
  });

  it.each([
    [1, ['Laps as CSV']],
    [2, ['Laps as CSV', 'Reprocess', 'Rename', 'Delete']],
  ] as const)('are offered at level %i for what is nobody’s: %j', async (level, words) => {
    const other = await openPage(browser, complaints);
    await logInAs(other, server.url, { username: `level${level}`, password: passwordOf(level) });
    const url = await until('the demo is there', async () => {
      await other.goto(`${server.url}/sessions`);
      return other.locator('a[href^="/sessions/"]').first().getAttribute('href', { timeout: 500 });
    });
    await other.goto(server.url + url);
    const header = other.locator('main header');
    const offered = await header.locator('a[download], button').allTextContents();
    expect(offered.map((text) => text.trim())).toEqual(words);
    await other.goto(`${server.url}/devices`);
    expect(await other.getByRole('button', { name: /^Change / }).count()).toBe(level === 1 ? 0 : 6);
    await other.context().close();
  });

  it('are out at once when an account is deactivated, and told so at the login', async () => {
    const other = await openPage(browser, complaints);
    await logInAs(other, server.url, { username: 'level2', password: passwordOf(2) });
    await page.goto(`${server.url}/admin/users`);
    await awake(page);
    await page.getByRole('button', { name: 'Deactivate level2' }).click();
    await page.getByRole('alertdialog').getByRole('button', { name: 'Deactivate' }).click();
    await page.getByRole('button', { name: 'Activate level2', exact: true }).waitFor();
    await other.getByRole('link', { name: 'Devices' }).click();
    await other.waitForURL(`${server.url}/login?next=%2Fdevices`);
    await other.getByRole('button', { name: 'Account of level2' }).waitFor({ state: 'detached' });
    await tryLogin(other, { username: 'level2', password: passwordOf(2) });
    await other.getByRole('alert').filter({ hasText: 'This account is inactive' }).waitFor();
    await page.getByRole('button', { name: 'Activate level2', exact: true }).click();
    await page.getByRole('button', { name: 'Deactivate level2' }).waitFor();
    await tryLogin(other, { username: 'level2', password: passwordOf(2) });
    await other.waitForURL(`${server.url}/devices`);
    await other.context().close();
  });

  it('may give at level 3 only the levels below it', async () => {
    const other = await openPage(browser, complaints);
    await logInAs(other, server.url, { username: 'level3', password: passwordOf(3) });
    await other.goto(`${server.url}/admin/users`);
    await awake(other);
    expect(await other.getByRole('row').filter({ hasText: 'not below your level' }).count()).toBe(2);
    await other.getByRole('button', { name: 'New user' }).click();
    const levels = other.getByRole('dialog').getByLabel('Level').getByRole('option');
    expect((await levels.allTextContents()).map((words) => words[0])).toEqual(['0', '1', '2']);
    await other.context().close();
  });

  it('log out in one tab and are out in the other', async () => {
    const other = await openPage(browser, complaints);
    await logInAs(other, server.url, { username: 'level1', password: passwordOf(1) });
    const tab = await openTab(other, complaints);
    await tab.goto(`${server.url}/tracks`);
    await awake(tab);
    await other.getByRole('button', { name: 'Account of level1' }).click();
    await other.getByRole('menuitem', { name: 'Log out' }).click();
    await other.waitForURL(`${server.url}/login`);
    await tab.waitForURL(`${server.url}/login?next=%2Ftracks`);
    expect((await tab.request.get(`${server.url}/api/v1/me`)).status()).toBe(401);
    await tryLogin(tab, { username: 'level1', password: passwordOf(1) });
    await tab.waitForURL(`${server.url}/tracks`);
    await other.context().close();
  });

  it('never saw the console complain', () => {
    expect(complaints).toEqual([]);
  });
});
