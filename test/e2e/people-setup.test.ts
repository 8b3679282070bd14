import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { openBrowser } from '../support/browser';
import { ADMIN, awake, openPage, overflowOf, SHOTS, seriousFaults } from '../support/people-pages';
import { type PitwallServer, startPitwall } from '../support/pitwall-server';

const browser = await openBrowser();

/** What a proxy adds: whoever comes through one does not sit at the machine. */
const FROM_ELSEWHERE = { 'x-forwarded-for': '203.0.113.7' };

describe.skipIf(!browser)('the set-up page, from another machine', () => {
  let server: PitwallServer;
  const complaints: string[] = [];

  beforeAll(() => {
    mkdirSync(SHOTS, { recursive: true });
  });

  afterEach(async () => {
    await server?.stop();
    vi.unstubAllEnvs();
  });

  afterAll(async () => {
    await browser?.close();
  });

  async function open(view: Parameters<typeof openPage>[2] = {}): Promise<Page> {
    server = await startPitwall();
    const page = await openPage(browser, complaints, view);
    await page.context().setExtraHTTPHeaders(FROM_ELSEWHERE);
    await page.goto(server.url);
    await page.waitForURL(`${server.url}/setup`);
    await awake(page);
    return page;
  }

  it('tells without a token how to start the server, in lines to copy', async () => {
    const page = await open({ theme: 'light', width: 390, height: 844 });
    expect(await page.getByRole('textbox').count()).toBe(0);
    const lines = await page.locator('main pre').allTextContents();
    expect(lines).toEqual([
      'SETUP_TOKEN=a-long-secret-of-yours npm start',
      'ADMIN_USERNAME=admin ADMIN_PASSWORD=a-long-password-of-yours npm start',
    ]);
    expect(await seriousFaults(page)).toEqual([]);
    expect(await overflowOf(page)).toBeLessThanOrEqual(0);
    await page.screenshot({ path: join(SHOTS, 'setup-closed-light-390.png'), fullPage: true });
    await page.context().close();
  });

  it('takes the token of the server and no other', async () => {
    vi.stubEnv('SETUP_TOKEN', 'the token of these tests');
    const page = await open();
    await page.getByLabel('Set-up token').fill('a token that I made up');
    await page.getByLabel('Name').fill(ADMIN.username);
    await page.getByLabel('Password', { exact: true }).fill(ADMIN.password);
    await page.getByLabel('Password once more').fill(ADMIN.password);
    await page.getByRole('button', { name: 'Make the administrator' }).click();
    await page.getByText('Set-up token is wrong.').waitFor();
    await expect
      .poll(() => page.evaluate(() => document.activeElement?.getAttribute('name')))
      .toBe('setup_token');
    expect(await seriousFaults(page)).toEqual([]);
    await page.screenshot({ path: join(SHOTS, 'setup-token-dark-1440.png') });
    await page.getByLabel('Set-up token').fill('the token of these tests');
    await page.getByRole('button', { name: 'Make the administrator' }).click();
    await page.waitForURL(`${server.url}/`);
    await page.context().close();
  });

  it('never saw the console complain', () => {
    expect(complaints).toEqual([]);
  });
});
