import type { Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openBrowser } from '../support/browser';
import { ADMIN, logInAs, openPage, overflowOf, SHOTS, seriousFaults } from '../support/people-pages';
import { type PitwallServer, startPitwall } from '../support/pitwall-server';

const browser = await openBrowser();

describe.skipIf(!browser)('the page of the API', () => {
  let server: PitwallServer;
  const complaints: string[] = [];
  const elsewhere: string[] = [];

  beforeAll(async () => {
    server = await startPitwall({ ADMIN_USERNAME: ADMIN.username, ADMIN_PASSWORD: ADMIN.password });
  });
  afterAll(async () => {
    await browser?.close();
    await server?.stop();
  });

  async function docs(page: Page): Promise<void> {
    page.on('request', (request) => {
      if (!request.url().startsWith(server.url) && !/^(data|blob):/.test(request.url()))
        elsewhere.push(request.url());
    });
    expect((await page.goto(`${server.url}/docs`))?.status()).toBe(200);
    await page.locator('.opblock-tag').first().waitFor();
  }

  /** Opens an operation, unfolding its group. */
  async function unfold(page: Page, tag: string, id: string): Promise<Locator> {
    const operation = page.locator(`#operations-${tag}-${id}`);
    if ((await operation.count()) === 0) await page.locator(`#operations-tag-${tag}`).click();
    await operation.locator('.opblock-summary-control').click();
    await operation.locator('.opblock-body').waitFor();
    return operation;
  }

  /** Asks it with what the form has, and gives the status of the answer. */
  async function tryOut(operation: Locator, body?: string): Promise<string> {
    // Its body may be there a moment before the button that opens the form.
    await operation.locator('.try-out__btn').first().waitFor();
    const start = operation.locator('.try-out__btn:not(.cancel)');
    if ((await start.count()) > 0) await start.click();
    if (body !== undefined) await operation.locator('textarea').fill(body);
    await operation.locator('.execute').click();
    const status = operation.locator('.live-responses-table .response-col_status').last();
    await status.waitFor();
    return (await status.innerText()).trim().slice(0, 3);
  }

  it('is read without a login, and asks with a key that was pasted', async () => {
    const page = await openPage(browser, complaints);
    await docs(page);
    expect(await page.locator('h1').allTextContents()).toEqual(['API']);
    expect(await page.locator('.opblock-tag').count()).toBeGreaterThan(10);
    const me = await unfold(page, 'me', 'getMe');
    expect(await tryOut(me)).toBe('401');
    const login = await page.request.post(`${server.url}/api/v1/auth/login`, { data: ADMIN });
    const { access_token } = await login.json();
    await page.locator('.auth-wrapper > .authorize').click();
    await page.locator('.dialog-ux input').fill(access_token);
    await page.locator('.dialog-ux .modal-btn.authorize').click();
    await page.locator('.dialog-ux .close-modal').click();
    await me.locator('.btn-clear').click();
    expect(await tryOut(me)).toBe('200');
    await page.close();
  });

  it('asks as the account that is logged in here, also to change something', async () => {
    const page = await openPage(browser, complaints);
    await logInAs(page, server.url);
    await docs(page);
    const change = await unfold(page, 'me', 'updateMe');
    expect(await tryOut(change, '{"theme": "dark"}')).toBe('200');
    const laps = await unfold(page, 'laps', 'listLaps');
    expect(await tryOut(laps)).toBe('200');
    await page.close();
  });

  it.each([
    ['dark', 1440],
    ['light', 390],
  ] as const)('can be used by everybody: %s, %i wide', async (theme, width) => {
    const page = await openPage(browser, complaints, { theme, width });
    await docs(page);
    expect(await seriousFaults(page)).toEqual([]);
    await page.screenshot({ path: `${SHOTS}/docs-${theme}-${width}.png` });
    const laps = await unfold(page, 'laps', 'listLaps');
    await unfold(page, 'tracks', 'createTrack');
    await tryOut(laps);
    expect(await seriousFaults(page)).toEqual([]);
    expect(await overflowOf(page)).toBeLessThanOrEqual(0);
    await laps.scrollIntoViewIfNeeded();
    await page.screenshot({ path: `${SHOTS}/docs-laps-${theme}-${width}.png` });
    await page.locator('.auth-wrapper > .authorize').click();
    await page.locator('.dialog-ux').waitFor();
    expect(await seriousFaults(page)).toEqual([]);
    await page.close();
  });

  it('loads nothing from elsewhere and complains of nothing', () => {
    expect(elsewhere).toEqual([]);
    expect(complaints.filter((line) => !/status of 401/.test(line))).toEqual([]);
  });
});
