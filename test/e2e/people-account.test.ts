import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openBrowser } from '../support/browser';
import { ADMIN, awake, logInAs, openPage, setUp } from '../support/people-pages';
import { type PitwallServer, startPitwall } from '../support/pitwall-server';

const browser = await openBrowser();

describe.skipIf(!browser)('the page of the own account', () => {
  let server: PitwallServer;
  let page: Page;
  const complaints: string[] = [];

  beforeAll(async () => {
    server = await startPitwall();
    page = await openPage(browser, complaints);
    await setUp(page, server.url);
  });

  afterAll(async () => {
    await browser?.close();
    await server?.stop();
  });

  async function open(path = '/account'): Promise<void> {
    await page.goto(server.url + path);
    await awake(page);
  }

  const withKey = (key: string, path = '/api/v1/sessions') =>
    fetch(server.url + path, { headers: { authorization: `Bearer ${key}` } });

  it('makes a key that works until it is revoked there', async () => {
    await open();
    await page.getByRole('button', { name: 'New key' }).click();
    const asking = page.getByRole('dialog', { name: 'A key for a program' });
    await asking.getByLabel('Name').fill('logger in the van');
    await asking.getByRole('button', { name: 'Make the key' }).click();
    const shown = page.getByRole('alertdialog', { name: 'The key logger in the van' });
    expect(await shown.textContent()).toContain('you will not see it again');
    const key = (await shown.locator('pre').textContent())?.trim() ?? '';
    await shown.getByRole('button', { name: 'I have it' }).click();
    await shown.waitFor({ state: 'detached' });
    expect((await withKey(key)).status).toBe(200);
    expect((await withKey(key, '/api/v1/users')).status).toBe(403);
    const row = page.getByRole('row').filter({ hasText: 'logger in the van' });
    expect(await row.textContent()).toContain(key.slice(0, 9));
    expect(await page.content()).not.toContain(key);
    await row.getByRole('button', { name: 'Revoke the key logger in the van' }).click();
    await page.getByRole('alertdialog').getByRole('button', { name: 'Revoke' }).click();
    await row.getByText('revoked').waitFor();
    expect((await withKey(key)).status).toBe(401);
  });

  it('changes the password, stays logged in and ends every other login', async () => {
    const elsewhere = await openPage(browser, complaints);
    await logInAs(elsewhere, server.url);
    await open();
    const other = 'an even longer pass phrase';
    await page.getByLabel('Password until now').fill('not the one');
    await page.getByLabel('New password', { exact: true }).fill(other);
    await page.getByLabel('New password once more').fill(other);
    await page.getByRole('button', { name: 'Change the password' }).click();
    await page.getByText('Password until now is wrong.').waitFor();
    await page.getByLabel('Password until now').fill(ADMIN.password);
    await page.getByRole('button', { name: 'Change the password' }).click();
    await page.getByText('Changed; all other logins have ended').waitFor();
    expect((await page.request.get(`${server.url}/api/v1/me`)).status()).toBe(200);
    expect((await elsewhere.request.get(`${server.url}/api/v1/me`)).status()).toBe(401);
    await elsewhere.goto(`${server.url}/account`);
    await elsewhere.waitForURL(`${server.url}/login?next=%2Faccount`);
    await logInAs(elsewhere, server.url, { ...ADMIN, password: other });
    await page.reload();
    await awake(page);
    const logins = page.getByRole('row').filter({ hasText: 'Chrome' });
    expect(await logins.count()).toBe(2);
    await logins.filter({ hasNotText: 'this one' }).getByRole('button').click();
    await expect.poll(() => logins.count()).toBe(1);
    expect((await elsewhere.request.get(`${server.url}/api/v1/me`)).status()).toBe(401);
    await elsewhere.context().close();
  });

  it('leads to the login when that has ended and something is asked for', async () => {
    await open();
    const { items } = await (await page.request.get(`${server.url}/api/v1/me/tokens`)).json();
    const headers = { origin: server.url };
    await page.request.delete(`${server.url}/api/v1/me/tokens/${items[0].id}`, { headers });
    await page.getByLabel('E-mail address').fill('admin@example.org');
    await page.getByRole('button', { name: 'Save' }).click();
    await page.waitForURL(`${server.url}/login?next=%2Faccount`);
    await logInAs(page, server.url, { ...ADMIN, password: 'an even longer pass phrase' });
  });

  it('keeps theme and units with the account, on another browser too', async () => {
    await open('/');
    await page.getByRole('button', { name: `Account of ${ADMIN.username}` }).click();
    const saved = page.waitForResponse((answer) => answer.url().endsWith('/api/v1/me'));
    await page.getByRole('menuitemradio', { name: 'Light' }).click();
    expect((await saved).status()).toBe(200);
    await page.keyboard.press('Escape');
    const other = await openPage(browser, complaints);
    await logInAs(other, server.url, { ...ADMIN, password: 'an even longer pass phrase' });
    expect(await other.locator('html').getAttribute('data-theme')).toBe('light');
    await other.context().close();
  });

  it('takes a new name and address, and says at the field what is no address', async () => {
    await open();
    await page.getByLabel('E-mail address').fill('nowhere');
    await page.getByRole('button', { name: 'Save' }).click();
    await expect.poll(() => page.getByLabel('E-mail address').getAttribute('aria-invalid')).toBe('true');
    await page.getByLabel('E-mail address').fill('ada@example.org');
    await page.getByLabel('Name').fill('Ada');
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByRole('button', { name: 'Account of Ada' }).waitFor();
    await page.getByText('Saved', { exact: true }).waitFor();
  });

  it('is told of in the audit log, where a row can be looked at and deleted', async () => {
    await open('/admin/logs');
    const named = page.getByRole('row').filter({ hasText: 'Own password changed' });
    await named.getByRole('button').click();
    const detail = page.getByRole('dialog', { name: 'Own password changed' });
    expect(await detail.textContent()).toMatch(/Whoadmin.*Actionme\.password.*With.*Chrome/);
    await detail.getByRole('button', { name: 'Delete this row' }).click();
    await detail.getByRole('button', { name: 'Delete it for good' }).click();
    await page.getByRole('cell', { name: 'Log row deleted' }).waitFor();
    expect(await named.count()).toBe(0);
    await page.getByLabel('Action').selectOption('key.create');
    await expect.poll(() => page.locator('tbody tr').count()).toBe(1);
    expect(page.url()).toContain('action=key.create');
    expect(await page.getByRole('link', { name: 'As CSV' }).getAttribute('href')).toBe(
      '/api/v1/logs?format=csv&action=key.create',
    );
  });

  it('deletes the whole log only for who types DELETE', async () => {
    await open('/admin/logs');
    await page.getByRole('button', { name: 'Delete all' }).click();
    const question = page.getByRole('alertdialog');
    const button = question.getByRole('button', { name: 'Delete all' });
    expect(await button.isDisabled()).toBe(true);
    await question.getByLabel('Type DELETE to go on').fill('DELETE');
    await button.click();
    await question.waitFor({ state: 'detached' });
    await page.getByRole('cell', { name: 'Log deleted' }).waitFor();
    const actions = await page.locator('tbody tr td:nth-child(3)').allTextContents();
    expect(actions).toEqual(['Log deleted', 'Log row deleted']);
  });

  it('never saw the console complain', () => {
    expect(complaints).toEqual([]);
  });
});
