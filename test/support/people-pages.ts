import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';

/** What the tests of pages share: pages that note every complaint, ways in, and the check of accessibility. */

export const SHOTS = join(import.meta.dirname, '..', '..', '.cache', 'screenshots');

export const ADMIN = { username: 'admin', password: 'a long pass phrase' };

export type View = { theme?: 'dark' | 'light'; width?: number; height?: number };

/** A page of a browser of its own (its cookies are no other's) that notes what the console complains of. */
export async function openPage(from: Browser | null, complaints: string[], view: View = {}): Promise<Page> {
  if (!from) throw new Error('There is no browser.');
  const { theme = 'dark', width = 1440, height = 900 } = view;
  const isPhone = width < 640;
  const context = await from.newContext({
    viewport: { width, height },
    colorScheme: theme,
    hasTouch: isPhone,
    isMobile: isPhone,
  });
  return watched(await context.newPage(), complaints);
}

/** A second tab of the same browser. */
export async function openTab(beside: Page, complaints: string[]): Promise<Page> {
  return watched(await beside.context().newPage(), complaints);
}

function watched(page: Page, complaints: string[]): Page {
  page.setDefaultTimeout(30_000);
  page.on('pageerror', (error) => complaints.push(`${page.url()}: ${error.message}`));
  page.on('console', (message) => {
    // Refusals are what some tests are about; the browser reports each as an error.
    const isExpected = /GL Driver Message|GPU stall|status of 4\d\d/.test(message.text());
    if (['error', 'warning'].includes(message.type()) && !isExpected)
      complaints.push(`${page.url()}: ${message.text()}`);
  });
  return page;
}

/** Waits until the page's scripts have run: what is typed or pressed before would be lost. */
export async function awake(page: Page): Promise<void> {
  await page.waitForFunction(() => {
    const button = document.querySelector('header button');
    return button !== null && Object.keys(button).some((key) => key.startsWith('__reactProps'));
  });
}

/** Makes the first administrator; ends logged in, at home. */
export async function setUp(page: Page, url: string, account = ADMIN): Promise<void> {
  await page.goto(`${url}/setup`);
  await awake(page);
  await page.getByLabel('Name').fill(account.username);
  await page.getByLabel('Password', { exact: true }).fill(account.password);
  await page.getByLabel('Password once more').fill(account.password);
  await page.getByRole('button', { name: 'Make the administrator' }).click();
  await page.waitForURL(`${url}/`);
  await awake(page);
}

/** Fills in and sends the login page; what it leads to is the caller's matter. */
export async function tryLogin(page: Page, account: { username: string; password: string }): Promise<void> {
  await awake(page);
  await page.getByLabel('Name').fill(account.username);
  await page.getByLabel('Password').fill(account.password);
  await page.getByRole('button', { name: 'Log in' }).click();
}

/** Logs in and waits for the home page. */
export async function logInAs(
  page: Page,
  url: string,
  account: { username: string; password: string } = ADMIN,
): Promise<void> {
  await page.goto(`${url}/login`);
  await tryLogin(page, account);
  await page.waitForURL(`${url}/`);
  await awake(page);
}

/** The words of an open menu of the account; leaves it closed. */
export async function menuWords(page: Page): Promise<string[]> {
  await page.getByRole('button', { name: /^Account of / }).click();
  const menu = page.getByRole('menu', { name: 'Account' });
  await menu.waitFor();
  const words = await menu.getByRole('menuitem').allTextContents();
  await page.keyboard.press('Escape');
  await menu.waitFor({ state: 'detached' });
  return words.map((text) => text.trim());
}

const axeSource = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

type AxeResult = {
  violations: {
    id: string;
    impact: string | null;
    help: string;
    nodes: { target: unknown[]; failureSummary?: string }[];
  }[];
};

/** The serious and critical faults of a page for people who cannot see or use a mouse, each in a line. */
export async function seriousFaults(page: Page): Promise<string[]> {
  // Colours on their way to others are nobody's choice.
  await page.evaluate(() => {
    for (const animation of document.getAnimations())
      if (animation.effect?.getComputedTiming().endTime !== Number.POSITIVE_INFINITY) animation.finish();
  });
  await page.evaluate(axeSource);
  const { violations } = await page.evaluate<AxeResult>('axe.run(document, { resultTypes: ["violations"] })');
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .flatMap(({ id, nodes }) =>
      nodes.map((node) => `${id}: ${node.target.join(' ')} ${node.failureSummary?.split('\n')[1] ?? ''}`),
    );
}

/** By how many pixels a page is wider than its window. */
export const overflowOf = (page: Page): Promise<number> =>
  page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
