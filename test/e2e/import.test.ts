import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { formatLapTime } from '@/components/format';
import { writeCsv } from '@/lib/formats/csv-write';
import { writeTrackFile } from '@/lib/formats/track-file';
import { simulateSession } from '@/lib/simulator/session';
import { montmelo } from '@/lib/simulator/track';
import { openBrowser } from '../support/browser';
import { coloursIn, rowsOf, tableRows, tabTo } from '../support/page-reading';
import { logInAs, setUp } from '../support/people-pages';
import { lapsCommand, type PitwallServer, startPitwall } from '../support/pitwall-server';
import { recording, recordings } from '../support/recordings';

const browser = await openBrowser();
const shots = join(import.meta.dirname, '..', '..', '.cache', 'screenshots');

/** One session of the demo's track by one car, as a file of our own and the track as another. */
function madeFiles(folder: string): { csv: string; track: string } {
  const [car] = simulateSession('e2e', { cars: 1, laps: 6, startMs: Date.UTC(2026, 2, 14, 9), rateHz: 10 });
  if (!car) throw new Error('The simulator gave no car.');
  const csv = join(folder, 'morning run.csv');
  const text = [
    ...writeCsv({
      format: 'csv',
      timeBasis: 'utc',
      devices: [{ device: 'logger', fixes: car.fixes, channels: car.channels }],
      track: null,
      recordedLaps: [],
      rejected: {},
      notes: [],
      title: null,
      driver: null,
      vehicle: null,
    }),
  ].join('');
  writeFileSync(csv, text);
  const track = join(folder, 'montmelo.json');
  writeFileSync(track, writeTrackFile({ ...montmelo(), name: 'Montmeló by file' }));
  return { csv, track };
}

describe.skipIf(!browser)('a recording dropped on the page', () => {
  let server: PitwallServer;
  let page: Page;
  let files: { csv: string; track: string };
  let sessionUrl = '';
  const folder = mkdtempSync(join(tmpdir(), 'pitwall-e2e-files-'));
  const complaints: string[] = [];

  beforeAll(async () => {
    files = madeFiles(folder);
    server = await startPitwall({ DEMO: '1' });
    page = await openPage(browser, { width: 1440, height: 900 }, 'dark');
    await setUp(page, server.url);
  });

  afterAll(async () => {
    await browser?.close();
    await server?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  async function openPage(
    from: Browser | null,
    viewport: { width: number; height: number },
    theme: 'dark' | 'light',
  ) {
    if (!from) throw new Error('There is no browser.');
    const phone = viewport.width < 640;
    const context = await from.newContext({ viewport, colorScheme: theme, hasTouch: phone, isMobile: phone });
    const made = await context.newPage();
    made.setDefaultTimeout(30_000);
    made.on('pageerror', (error) => complaints.push(`page error: ${error.message}`));
    made.on('console', (message) => {
      const isDriver = /GL Driver Message|GPU stall/.test(message.text());
      if (['error', 'warning'].includes(message.type()) && !isDriver)
        complaints.push(`console: ${message.text()}`);
    });
    made.on('request', (request) => {
      if (/^(https?|wss?):/.test(request.url()) && !request.url().startsWith(server.url))
        complaints.push(`left the machine: ${request.url()}`);
    });
    return made;
  }

  async function drop(...paths: string[]): Promise<Locator> {
    await page.goto(`${server.url}/import`);
    await page.setInputFiles('input[type=file]', paths);
    const name = paths[0]?.split('/').at(-1) ?? '';
    return page
      .getByRole('list', { name: 'Imports' })
      .getByRole('listitem')
      .filter({ hasText: name })
      .first();
  }

  /** Drops a file and follows the link of its row to the session. */
  async function sessionOf(path: string): Promise<string> {
    const row = await drop(path);
    await row.getByRole('link', { name: 'Open the session' }).click();
    await page.waitForURL(/\/sessions\/\d+$/);
    return page.url();
  }

  it('becomes a session whose lap table equals the laps command', async () => {
    const track = await drop(files.track);
    await track.getByRole('img', { name: 'done' }).waitFor();
    sessionUrl = await sessionOf(files.csv);
    const expected = rowsOf(await lapsCommand('--track', files.track, files.csv));
    expect(expected.length).toBeGreaterThanOrEqual(5);
    expect(await tableRows(page)).toEqual(expected);
  });

  it('leads to the same session when it is dropped again', async () => {
    expect(await sessionOf(files.csv)).toBe(sessionUrl);
  });

  it('draws the chosen laps as speed over distance and on the map', async () => {
    await page.goto(sessionUrl);
    const laps = page.getByRole('grid', { name: 'Laps' }).locator('tbody tr');
    await laps.nth(1).click();
    await laps.nth(2).click();
    await expect.poll(() => new URL(page.url()).searchParams.get('laps')?.split(',').length).toBe(2);
    const chart = page.getByRole('slider', { name: 'Cursor along the lap' });
    await expect
      .poll(() => chart.locator('.scatterlayer .trace path.js-line').count())
      .toBeGreaterThanOrEqual(2);
    await page.locator('[data-map=drawn]').waitFor();
    await expect
      .poll(() => coloursIn(page.locator('[data-map=drawn]')), { timeout: 20_000 })
      .toBeGreaterThan(50);
  });

  it('links the cursor of the chart to a marker on the map', async () => {
    const chart = page.getByRole('slider', { name: 'Cursor along the lap' });
    await chart.focus();
    await page.keyboard.press('Home');
    await page.keyboard.press('Shift+ArrowRight');
    expect(Number(await chart.getAttribute('aria-valuenow'))).toBeGreaterThan(10);
    await expect.poll(() => page.locator('.cursor-marker').count()).toBeGreaterThanOrEqual(2);
    const before = await page.locator('.cursor-marker').first().boundingBox();
    for (let step = 0; step < 8; step++) await page.keyboard.press('Shift+ArrowRight');
    await expect
      .poll(async () => (await page.locator('.cursor-marker').first().boundingBox())?.x)
      .not.toBe(before?.x);
    await page.keyboard.press('Escape');
    await expect.poll(() => page.locator('.cursor-marker').count()).toBe(0);
  });

  it('can be walked with the keyboard alone', async () => {
    await page.goto(`${server.url}/`);
    await page.keyboard.press('Tab');
    expect(await page.locator(':focus').textContent()).toContain('Skip');
    const keys = page.getByRole('dialog', { name: 'Keys' });
    // A person too would press again when the page was not awake yet.
    await expect
      .poll(async () => {
        if ((await keys.count()) === 0) await page.keyboard.press('?');
        return keys.count();
      })
      .toBe(1);
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    await page.keyboard.press('g');
    await page.keyboard.press('s');
    await page.waitForURL(`${server.url}/sessions`);
    await tabTo(page, 'a[href^="/sessions/"]');
    await page.keyboard.press('Enter');
    await page.waitForURL(/\/sessions\/\d+$/);
    await tabTo(page, '[role=grid] tbody tr');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Space');
    await expect.poll(() => page.locator('tr[aria-selected=true]').count()).toBe(1);
    const first = new URL(page.url()).searchParams.get('laps');
    await page.keyboard.press(']');
    await expect.poll(() => new URL(page.url()).searchParams.get('laps')).not.toBe(first);
    expect(await page.locator('tr[aria-selected=true]').count()).toBe(1);
  });

  it('says file, place and reason when it is broken, and leaves nothing behind', async () => {
    const broken = join(folder, 'broken.csv');
    writeFileSync(broken, 'time_ms,lat\n1,2\n');
    const before = await sessionCount();
    const row = await drop(broken);
    await row.getByRole('img', { name: 'failed' }).waitFor();
    expect(await row.textContent()).toMatch(/broken\.csv.*line 1: .*lacks lat,lon.*Rename the columns/);
    expect(await sessionCount()).toBe(before);
  });

  /** How many sessions people brought; the demo may still be on its way. */
  async function sessionCount(): Promise<number> {
    const answer = await page.request.get(`${server.url}/api/v1/sessions`);
    const body: { items: { simulated: boolean }[] } = await answer.json();
    return body.items.filter((session) => !session.simulated).length;
  }

  it.each([
    ['dark', 1440, 900],
    ['light', 1440, 900],
    ['dark', 390, 844],
    ['light', 390, 844],
  ] as const)('fits the screen, %s at %i by %i', async (theme, width, height) => {
    mkdirSync(shots, { recursive: true });
    const other = await openPage(browser, { width, height }, theme);
    await logInAs(other, server.url);
    for (const path of ['/', '/import', '/sessions', new URL(sessionUrl).pathname, '/tracks', '/tracks/1']) {
      await other.goto(server.url + path);
      if (/sessions\/|tracks\//.test(path)) await other.locator('[data-map=drawn]').waitFor();
      const overflow = await other.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
      expect(overflow, `${path} is too wide`).toBeLessThanOrEqual(0);
      const name = `${path.replace(/\d+/, 'one').replace(/\W+/g, '-').replace(/^-|-$/g, '') || 'home'}-${theme}-${width}`;
      await other.screenshot({ path: join(shots, `${name}.png`), fullPage: true });
    }
    await other.context().close();
  });

  it('leaves the bar of a phone whole while it says that the database does not answer', async () => {
    const phone = await openPage(browser, { width: 390, height: 844 }, 'dark');
    await logInAs(phone, server.url);
    await phone.route('**/api/v1/status', async (route) => {
      const answer = await route.fetch();
      await route.fulfill({ json: { ...(await answer.json()), database: { kind: 'embedded', ok: false } } });
    });
    await phone.goto(`${server.url}/tracks`);
    const fault = await phone.getByText('database does not answer').boundingBox();
    const bar = await phone.locator('header').boundingBox();
    const brand = await phone.getByRole('link', { name: 'Pitwall' }).boundingBox();
    const first = await phone.getByRole('link', { name: 'Sessions', exact: true }).boundingBox();
    expect(fault?.y).toBeGreaterThanOrEqual((bar?.y ?? 0) + (bar?.height ?? 0) - 1);
    expect(first?.x).toBeGreaterThanOrEqual((brand?.x ?? 0) + (brand?.width ?? 0) + 4);
    await phone.screenshot({ path: join(shots, 'fault-dark-390.png') });
    await phone.context().close();
  });

  describe.skipIf(!recordings())('of a real kart', () => {
    it('shows the laps, the sectors and the theoretical best of the laps command', async () => {
      const track = recording('okc-dove-25hz', 'track.json');
      const file = recording('okc-dove-25hz', 'okc-tillotson-data.dovex');
      await (await drop(track)).getByRole('img', { name: 'done' }).waitFor();
      await sessionOf(file);
      const output = await lapsCommand('--track', track, file);
      expect(await tableRows(page)).toEqual(rowsOf(output));
      const optimumMs = output.files[0]?.devices[0]?.optimumMs;
      expect(await page.locator('main header').textContent()).toContain(formatLapTime(optimumMs));
      expect(await page.locator('main header').textContent()).toContain('15 (13 complete)');
    });
  });

  it('can be renamed, calculated again and deleted, which frees its file', async () => {
    await page.goto(sessionUrl);
    await page.getByRole('button', { name: 'Rename' }).click();
    await page.getByRole('textbox', { name: 'Name' }).fill('Morning run');
    await page.getByRole('dialog').getByRole('button', { name: 'Rename' }).click();
    await page.getByRole('heading', { level: 1, name: 'Morning run' }).waitFor();
    const before = await tableRows(page);
    await page.getByRole('button', { name: 'Reprocess' }).click();
    await page.getByText('Laps calculated again').waitFor();
    expect(await tableRows(page)).toEqual(before);
    await page.getByRole('button', { name: 'Delete' }).click();
    await page.getByRole('alertdialog').getByRole('button', { name: 'Delete' }).click();
    await page.waitForURL(`${server.url}/sessions`);
    expect(await page.getByRole('link', { name: 'Morning run' }).count()).toBe(0);
    expect(await sessionOf(files.csv)).not.toBe(sessionUrl);
  });

  it('never complained in the console, and no request left this machine', () => {
    expect(complaints).toEqual([]);
  });
});
