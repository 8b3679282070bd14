import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { formatLapTime } from '@/components/format';
import { openBrowser } from '../support/browser';
import { type Circuit, demoCircuit, type SentCar } from '../support/circuit-drive';
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

const CARS: readonly SentCar[] = [
  { device: 'kart 11', speedMps: 70, number: '11', driver: 'Ada Ruiz' },
  { device: 'kart 7', speedMps: 68, number: '7', driver: 'Bo Lindqvist' },
  { device: 'kart 46', speedMps: 60, number: '46', driver: 'Fatima Haddad' },
];
/** How long they have driven when the test looks: Ada twice around and a bit. */
const DRIVEN_MS = 150_000;

describe.skipIf(!browser)('a live session in the browser', () => {
  let server: PitwallServer;
  let page: Page;
  let circuit: Circuit;
  let sessionId = 0;
  let sentToMs = 0;
  let startMs = 0;
  const complaints: string[] = [];

  const api = async <Body>(method: 'get' | 'post', path: string, data?: unknown): Promise<Body> => {
    const answer = await page.request[method](`${server.url}/api/v1${path}`, {
      headers: { origin: server.url },
      ...(data === undefined ? {} : { data }),
    });
    expect(answer.ok(), `${method} ${path}: ${answer.status()} ${await answer.text()}`).toBe(true);
    return answer.json();
  };
  const send = async (toMs: number) => {
    for (const car of CARS)
      await api('post', '/positions', {
        device: car.device,
        fixes: circuit.fixes(car, startMs, sentToMs, toMs),
      });
    sentToMs = toMs;
  };
  const rows = () => page.getByRole('grid', { name: 'Board' }).locator('tbody tr[data-entry]');
  const cell = (place: number, column: string) => rows().nth(place).locator(`td[data-column=${column}]`);

  beforeAll(async () => {
    mkdirSync(SHOTS, { recursive: true });
    server = await startPitwall({ DEMO: '1' });
    page = await openPage(browser, complaints);
    await setUp(page, server.url);
    await until(
      'the demo is there',
      async () => (await page.request.get(`${server.url}/api/v1/tracks/1`)).status() === 200,
      60_000,
    );
    circuit = await demoCircuit(page.request, server.url);
    startMs = Math.floor(Date.now() / 1000) * 1000 - DRIVEN_MS;
    sentToMs = startMs - 5000;
  });

  afterAll(async () => {
    await browser?.close();
    await server?.stop();
  });

  it('teaches how to get the first car onto the board', async () => {
    await page.keyboard.press('g');
    await page.keyboard.press('l');
    await page.waitForURL(`${server.url}/live`);
    await page.getByRole('heading', { name: 'Nothing is live yet' }).waitFor();
    expect(await page.getByLabel('Replay a file').textContent()).toContain('npm run replay -- FILE');
    expect(await page.getByLabel('Address for a phone').textContent()).toContain(
      `${server.url}/api/v1/osmand/`,
    );
    expect(await seriousFaults(page)).toEqual([]);
  });

  it('opens a session by hand and waits for its first fix', async () => {
    await api('post', '/positions', {
      device: 'kart 99',
      fixes: [{ time_ms: Date.now() - 3_600_000, lat: 41.5, lon: 2.2 }],
    });
    await page.goto(`${server.url}/live`);
    await awake(page);
    await page.getByRole('button', { name: 'Open a session' }).click();
    await page.getByLabel('Name').fill('Evening practice');
    await page.getByLabel('Device').selectOption({ label: 'kart 99' });
    await page.getByRole('button', { name: 'Add the car' }).click();
    await page.getByLabel('Number of kart 99').fill('99');
    await page.getByLabel('Driver of kart 99').fill('Somebody');
    await page.getByLabel('Delay, s').fill('999');
    await page.getByRole('button', { name: 'Open', exact: true }).click();
    await page.getByRole('dialog').getByText(/300/).waitFor();
    await page.getByLabel('Delay, s').fill('');
    await page.getByRole('button', { name: 'Open', exact: true }).click();
    await page.waitForURL(/\/live\/\d+$/);
    await page.getByRole('heading', { name: 'Waiting for the first fix' }).waitFor();
    expect(await cell(0, 'driver').textContent()).toBe('Somebody');
    expect(await cell(0, 'state').textContent()).toBe('WAITING');
    await page.goto(`${server.url}/`);
    await page.getByRole('heading', { name: 'Live now' }).waitFor();
    await page.getByRole('link', { name: 'Evening practice' }).first().waitFor();
  });

  it('shows who is where, with the lap times that the server has stored', async () => {
    await send(startMs);
    const list = await api<{ items: { id: number; name: string }[] }>('get', '/devices?limit=100');
    const opened = await api<{ session_id: number }>('post', '/live', {
      name: 'Sunday race',
      kind: 'race',
      track_id: 1,
      from: new Date(startMs - 5000).toISOString(),
      laps_target: 20,
      entries: CARS.map(({ device, number, driver }) => ({
        device_id: list.items.find(({ name }) => name === device)?.id,
        number,
        driver,
      })),
    });
    sessionId = opened.session_id;
    await api('post', `/live/${sessionId}/marks`, { kind: 'green', at: new Date(startMs).toISOString() });
    await page.goto(`${server.url}/live/${sessionId}`);
    await awake(page);
    for (let toMs = startMs + 10_000; toMs <= startMs + DRIVEN_MS; toMs += 10_000) await send(toMs);
    await until(
      'two laps are on the board',
      async () => (await cell(0, 'laps').textContent()) === '2',
      30_000,
    );
    expect(await rows().locator('td[data-column=driver]').allTextContents()).toEqual([
      'Ada Ruiz',
      'Bo Lindqvist',
      'Fatima Haddad',
    ]);
    const laps = await api<{ items: { class: string; lap_time_ms: number; device_name?: string }[] }>(
      'get',
      `/sessions/${sessionId}/laps?class=complete`,
    );
    const known = laps.items.map((lap) => formatLapTime(lap.lap_time_ms));
    for (const place of [0, 1, 2]) {
      const shown = /\d+:\d\d\.\d{3}/.exec((await cell(place, 'best').textContent()) ?? '')?.[0];
      expect(known).toContain(shown);
    }
    expect(await cell(0, 'best').textContent()).toContain('◆');
    expect(await cell(1, 'gap').textContent()).toMatch(/^\+\d\.\d{3}$/);
    await page.locator('main header').getByText('Green', { exact: true }).waitFor();
    await page.locator('[data-map=drawn]').waitFor();
  });

  it('follows a car by keyboard, on the map and in its strips', async () => {
    await rows().first().focus();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await page.waitForURL(/follow=\d+/);
    await page.getByRole('heading', { name: '№ 7 Bo Lindqvist' }).waitFor();
    await send(startMs + DRIVEN_MS + 3000);
    const strip = page.getByLabel('Strip charts of № 7 Bo Lindqvist');
    await strip.getByText('Throttle').waitFor();
    await strip.locator('canvas').first().waitFor();
    await until(
      'the speed of the car is told',
      async () => (await strip.locator('output').first().textContent()) === '245',
      20_000,
    );
  });

  it('has no serious fault and fits, in both themes and widths', async () => {
    const faults: string[] = [];
    for (const [theme, width, height] of [
      ['dark', 1440, 900],
      ['light', 1440, 900],
      ['dark', 390, 844],
      ['light', 390, 844],
    ] as const) {
      const other = await openPage(browser, complaints, { theme, width, height });
      await logInAs(other, server.url, ADMIN);
      await other.goto(`${server.url}/live/${sessionId}`);
      await awake(other);
      await other.getByRole('grid', { name: 'Board' }).waitFor();
      await other.locator('[data-map=drawn]').waitFor();
      // Each theme in one width: either shows its own faults.
      if ((theme === 'dark') === width > 640)
        faults.push(...(await seriousFaults(other)).map((fault) => `${theme} ${width}: ${fault}`));
      expect(await overflowOf(other), `${theme} ${width}`).toBeLessThanOrEqual(0);
      await other.screenshot({ path: join(SHOTS, `live-${theme}-${width}.png`), fullPage: width < 640 });
      await other.context().close();
    }
    expect(faults).toEqual([]);
  });

  it('says when it is old, and shows everything late when asked to', async () => {
    await page.getByText(/^stale since \d\d:\d\d:\d\d$/).waitFor();
    await page.getByRole('button', { name: /^Delay 0 s/ }).click();
    await page.getByRole('menuitemradio', { name: '300 s' }).click();
    await page.waitForURL(/delay=300/);
    await page.getByRole('button', { name: /^Delay 300 s/ }).waitFor();
    expect(await rows().count()).toBe(0);
    await page.goto(`${server.url}/live/${sessionId}`);
    await rows().first().waitFor();
  });

  it('lets race control show flags, and asks before the chequered one', async () => {
    const log = page.getByRole('log', { name: 'Messages of race control' });
    await page.getByRole('button', { name: 'Yellow', exact: true }).click();
    await log.getByText('Yellow').waitFor();
    await page.getByLabel('About').selectOption({ label: '№ 7 Bo Lindqvist' });
    await page.getByLabel('Note', { exact: true }).fill('Track limits');
    await page.getByRole('button', { name: 'Note', exact: true }).click();
    await log.getByText('Track limits').waitFor();
    expect(await log.textContent()).toContain('№ 7 Bo Lindqvist');
    await page.getByRole('button', { name: 'Chequered…' }).click();
    await page.getByRole('button', { name: 'Go on racing' }).click();
    expect(await page.locator('main header .uppercase').textContent()).toBe('Yellow');
    await page.getByRole('button', { name: 'Chequered…' }).click();
    await page.getByRole('button', { name: 'Show the chequered flag' }).click();
    await log.getByText('Chequered').waitFor();
  });

  it('ends with a link to what stays', async () => {
    await page.getByRole('button', { name: 'Close the session…' }).click();
    await page
      .getByRole('alertdialog')
      .getByRole('button', { name: 'Close the session', exact: true })
      .click();
    await page.getByRole('link', { name: 'Laps, sectors and traces of the session' }).click();
    await page.waitForURL(`${server.url}/sessions/${sessionId}`);
    await page.getByRole('heading', { name: 'Sunday race' }).waitFor();
  });

  it('never saw the console complain', () => {
    expect(complaints).toEqual([]);
  });

  it('says that the line is cut while the server is away', async () => {
    await page.goto(`${server.url}/live`);
    await page.getByRole('link', { name: 'Evening practice' }).click();
    await page.getByText('live, no fix yet').waitFor();
    await server.stop();
    await page.getByText('reconnecting…').waitFor();
    expect(await cell(0, 'driver').textContent()).toBe('Somebody');
  });
});
