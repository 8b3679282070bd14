import http from 'node:http';
import type { Page, Response } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { openBrowser } from '../support/browser';
import { coloursIn } from '../support/page-reading';
import { setUp } from '../support/people-pages';
import { type PitwallServer, startPitwall } from '../support/pitwall-server';
import { until } from '../support/until';

/** A host of map tiles: one grey pixel for each. */
async function serveTiles(): Promise<{ url: string; served(): number; close(): Promise<void> }> {
  const pixel =
    'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==';
  let served = 0;
  const server = http.createServer((_, response) => {
    served++;
    response.writeHead(200, { 'Content-Type': 'image/png', 'Access-Control-Allow-Origin': '*' });
    response.end(Buffer.from(pixel, 'base64'));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The tiles have no port.');
  return {
    url: `http://127.0.0.1:${address.port}/{z}/{x}/{y}.png`,
    served: () => served,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}

const browser = await openBrowser();

describe.skipIf(!browser)('the pages under their content security policy', () => {
  let server: PitwallServer;
  let tiles: Awaited<ReturnType<typeof serveTiles>>;
  let page: Page;
  const complaints: string[] = [];

  beforeAll(async () => {
    tiles = await serveTiles();
    vi.stubEnv('TILE_URL', tiles.url);
    server = await startPitwall({ DEMO: '1' });
    if (!browser) throw new Error('There is no browser.');
    page = await browser.newPage();
    page.setDefaultTimeout(30_000);
    page.on('pageerror', (error) => complaints.push(error.message));
    page.on('console', (message) => {
      const isOther = /GL Driver Message|GPU stall|status of 404/.test(message.text());
      if (['error', 'warning'].includes(message.type()) && !isOther)
        complaints.push(`${page.url()}: ${message.text()}`);
    });
    await setUp(page, server.url);
    await page.addInitScript(() => {
      document.addEventListener('securitypolicyviolation', ({ violatedDirective, blockedURI }) =>
        console.error(`Content Security Policy: ${violatedDirective} ${blockedURI}`),
      );
    });
  });

  afterAll(async () => {
    await browser?.close();
    await server?.stop();
    await tiles?.close();
    vi.unstubAllEnvs();
  });

  /** Opens a page and waits until its scripts have run: only then do keys open the list of keys. */
  async function open(path: string): Promise<Response> {
    const answer = await page.goto(server.url + path);
    if (!answer) throw new Error(`${path} gave no answer.`);
    await expect
      .poll(async () => {
        await page.keyboard.press('?');
        return page.getByRole('dialog', { name: 'Keys' }).count();
      })
      .toBe(1);
    await page.keyboard.press('Escape');
    return answer;
  }

  const policyOf = (answer: Response) => answer.headers()['content-security-policy'] ?? '';
  const nonceOf = (answer: Response) => /'nonce-([^']+)'/.exec(policyOf(answer))?.[1];

  it('run their scripts by a nonce that is another each time', async () => {
    const first = await open('/');
    const second = await open('/');
    expect(nonceOf(first)).toMatch(/^[\w+/]{22}==$/);
    expect(nonceOf(second)).not.toBe(nonceOf(first));
    expect(policyOf(first)).toContain("'strict-dynamic'");
    const html = await second.text();
    const scripts = [...html.matchAll(/<script\b[^>]*>/g)].map(([tag]) => tag);
    expect(scripts.length).toBeGreaterThan(3);
    expect(scripts.filter((tag) => !tag.includes(`nonce="${nonceOf(second)}"`))).toEqual([]);
  });

  it('are whole on each page, also on one that does not exist', async () => {
    for (const path of ['/import', '/sessions', '/tracks']) expect((await open(path)).status()).toBe(200);
    for (const path of ['/nowhere', '/tracks/999999', '/sessions/rubbish'])
      expect((await open(path)).status()).toBe(404);
  });

  it('come with no resizing of pictures, which anybody could keep busy', async () => {
    const answer = await page.request.get(`${server.url}/_next/image?url=%2Ficon.png&w=640&q=75`);
    expect(answer.status()).toBe(404);
  });

  it('draw the map, with its worker', async () => {
    await expect
      .poll(async () => (await page.request.get(`${server.url}/tracks/1`)).status(), { timeout: 60_000 })
      .toBe(200);
    await open('/tracks/1');
    await page.locator('[data-map=drawn]').waitFor();
    await expect
      .poll(() => coloursIn(page.locator('[data-map=drawn]')), { timeout: 20_000 })
      .toBeGreaterThan(20);
    expect(page.workers().length).toBeGreaterThan(0);
  });

  it('load map tiles from the host of the setting', () => {
    expect(tiles.served()).toBeGreaterThan(0);
  });

  it('draw the charts of a session', async () => {
    const id = await until('the demo has a session', async () => {
      const answer = await page.request.get(`${server.url}/api/v1/sessions`);
      const body: { items: { id: number }[] } = await answer.json();
      return body.items[0]?.id;
    });
    await open(`/sessions/${id}`);
    const laps = page.getByRole('grid', { name: 'Laps' }).locator('tbody tr');
    await laps.nth(1).click();
    await laps.nth(2).click();
    const chart = page.getByRole('slider', { name: 'Cursor along the lap' });
    await expect
      .poll(() => chart.locator('.scatterlayer .trace path.js-line').count())
      .toBeGreaterThanOrEqual(1);
  });

  it('stop a script that somebody else put into a page', async () => {
    await open('/');
    const before = complaints.length;
    await page.evaluate(() => {
      const image = document.createElement('img');
      image.setAttribute('onerror', 'document.title = "taken"');
      image.src = 'data:image/png;base64,broken';
      document.body.append(image);
      document.body.insertAdjacentHTML('beforeend', '<form action="https://evil.example"></form>');
    });
    await expect.poll(() => complaints.length).toBeGreaterThan(before);
    expect(await page.title()).not.toBe('taken');
    complaints.length = before;
  });

  it('never complained', () => {
    expect(complaints).toEqual([]);
  });
});
