import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { openBrowser } from '../support/browser';
import { tabTo } from '../support/page-reading';
import { ADMIN, awake, openPage, setUp, tryLogin } from '../support/people-pages';
import { type PitwallServer, startPitwall } from '../support/pitwall-server';

const browser = await openBrowser();

/** Stands in for Google's script: a button that is solved by a press. */
const FAKE_CAPTCHA = `
  const ready = new URL(document.currentScript.src).searchParams.get('onload');
  window.grecaptcha = {
    render(place, options) {
      const button = document.createElement('button');
      button.type = 'button';
      button.textContent = 'I am no robot ' + options.sitekey;
      button.onclick = () => options.callback('solved by a person');
      place.append(button);
      return 0;
    },
    reset() {},
  };
  window[ready]();`;

describe.skipIf(!browser)('the login page', () => {
  let server: PitwallServer;
  let page: Page;
  const complaints: string[] = [];

  beforeAll(async () => {
    server = await startPitwall();
    const first = await openPage(browser, complaints);
    await setUp(first, server.url);
    await first.context().close();
    page = await openPage(browser, complaints);
  });

  afterAll(async () => {
    await server?.stop();
  });

  it('is where a page leads to that needs a login, and leads back there', async () => {
    await page.goto(`${server.url}/sessions?sort=name&search=kart`);
    await page.waitForURL(
      `${server.url}/login?next=${encodeURIComponent('/sessions?sort=name&search=kart')}`,
    );
    await tryLogin(page, ADMIN);
    await page.waitForURL(`${server.url}/sessions?sort=name&search=kart`);
    await page.context().clearCookies();
  });

  it('can be passed with the keyboard alone', async () => {
    await page.goto(`${server.url}/login`);
    await awake(page);
    await tabTo(page, 'input[name=username]');
    await page.keyboard.type(ADMIN.username);
    await page.keyboard.press('Tab');
    await page.keyboard.type(ADMIN.password);
    await page.keyboard.press('Tab');
    expect(await page.locator(':focus').textContent()).toBe('Log in');
    await page.keyboard.press('Enter');
    await page.waitForURL(`${server.url}/`);
    await page.context().clearCookies();
  });

  it('tells password managers what is what', async () => {
    await page.goto(`${server.url}/login`);
    expect(await page.getByLabel('Name').getAttribute('autocomplete')).toBe('username');
    expect(await page.getByLabel('Password').getAttribute('autocomplete')).toBe('current-password');
  });

  it.each(['//evil.example/x', '/\\evil.example', 'https://evil.example', '/\t/evil.example', '/login'])(
    'leads home and nowhere else from next=%j',
    async (next) => {
      await page.goto(`${server.url}/login?next=${encodeURIComponent(next)}`);
      await tryLogin(page, ADMIN);
      await page.waitForURL(`${server.url}/`);
      await page.context().clearCookies();
    },
  );

  it('says no more than that name or password is wrong, and after five times lets wait', async () => {
    await page.goto(`${server.url}/login`);
    const alert = page.getByRole('main').getByRole('alert');
    for (let tries = 0; tries < 5; tries++) {
      const answered = page.waitForResponse((answer) => answer.url().includes('/callback/credentials'));
      await tryLogin(page, { username: 'nobody here', password: `wrong ${tries}` });
      await answered;
    }
    const waiting = page.getByRole('button', { name: /^Wait \d+ s$/ });
    await waiting.waitFor();
    expect(await waiting.isDisabled()).toBe(true);
    await alert.filter({ hasText: 'Name or password is wrong.' }).waitFor();
    await expect.poll(() => page.getByRole('button', { name: 'Log in' }).isEnabled()).toBe(true);
  });

  it('never saw the console complain', () => {
    expect(complaints).toEqual([]);
  });
});

describe.skipIf(!browser)('the login page of a server with reCAPTCHA', () => {
  let server: PitwallServer;
  let page: Page;
  const complaints: string[] = [];
  const fetched: string[] = [];

  beforeAll(async () => {
    vi.stubEnv('RECAPTCHA_SITE_KEY', 'site-key-of-tests');
    vi.stubEnv('RECAPTCHA_SECRET_KEY', 'secret-key-of-tests');
    vi.stubEnv('ADMIN_USERNAME', ADMIN.username);
    vi.stubEnv('ADMIN_PASSWORD', ADMIN.password);
    server = await startPitwall();
    page = await openPage(browser, complaints);
    await page.route('https://www.google.com/**', async (route) => {
      fetched.push(route.request().url());
      await route.fulfill({ contentType: 'text/javascript', body: FAKE_CAPTCHA });
    });
  });

  afterAll(async () => {
    await browser?.close();
    await server?.stop();
    vi.unstubAllEnvs();
  });

  it('loads the reCAPTCHA only when one is asked for, and sends its answer', async () => {
    await page.goto(`${server.url}/login`);
    for (let tries = 0; tries < 5; tries++) {
      expect(fetched).toEqual([]);
      const answered = page.waitForResponse((answer) => answer.url().includes('/callback/credentials'));
      await tryLogin(page, { username: ADMIN.username, password: `wrong ${tries}` });
      await answered;
    }
    await page.getByRole('button', { name: 'I am no robot site-key-of-tests' }).click();
    const sent = page.waitForRequest((request) => request.url().includes('/callback/credentials'));
    await tryLogin(page, ADMIN);
    const form = new URLSearchParams((await sent).postData() ?? '');
    expect(form.get('captcha')).toBe('solved by a person');
    expect(fetched).toHaveLength(1);
  });

  it('never saw the console complain', () => {
    expect(complaints).toEqual([]);
  });
});
