import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { formatLapTime } from '@/components/format';
import { readRecording } from '@/lib/formats/registry';
import { trackToFile, writeTrackFile } from '@/lib/formats/track-file';
import { detectLaps } from '@/lib/timing/detect-laps';
import { normaliseColumns } from '@/lib/timing/normalise';
import { openBrowser } from '../support/browser';
import { circleCsv, circleTrack } from '../support/circle';
import { openPage, overflowOf, SHOTS, setUp } from '../support/people-pages';
import { type PitwallServer, startPitwall } from '../support/pitwall-server';
import { bundled } from '../support/product';
import { until } from '../support/until';

const browser = await openBrowser();

/** Seconds for a lap of each car, in the order of the files. */
const CARS = [15.5, 14.25, 16];

describe.skipIf(!browser)('a replay at ×20 in the browser', () => {
  let server: PitwallServer;
  let page: Page;
  let folder: string;
  let key = '';
  const complaints: string[] = [];

  beforeAll(async () => {
    mkdirSync(SHOTS, { recursive: true });
    folder = mkdtempSync(join(tmpdir(), 'pitwall-replay-'));
    server = await startPitwall();
    page = await openPage(browser, complaints);
    await setUp(page, server.url);
    const answer = await page.request.post(`${server.url}/api/v1/me/keys`, {
      headers: { origin: server.url },
      data: { name: 'replay', scopes: ['ingest', 'read'] },
    });
    key = (await answer.json()).key;
    // That key suffices where the server knows the track.
    const track = await page.request.post(`${server.url}/api/v1/tracks`, {
      headers: { origin: server.url },
      data: trackToFile(circleTrack()),
    });
    expect(track.status()).toBe(201);
  });
  afterAll(async () => {
    await browser?.close();
    await server?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  const rows = () => page.getByRole('grid', { name: 'Board' }).locator('tbody tr[data-entry]');
  const column = (name: string) => rows().locator(`td[data-column=${name}]`).allTextContents();

  it('ends with the classification and best laps of the recordings as a whole', async () => {
    const files = CARS.map((lapS, index) => {
      const path = join(folder, `car-${index + 1}.csv`);
      writeFileSync(path, circleCsv({ lapS, laps: 4, rateHz: 20 }));
      return path;
    });
    writeFileSync(join(folder, 'track.json'), writeTrackFile(circleTrack()));
    const program = await bundled('scripts/replay.ts');
    const args = [
      '--speed',
      '20',
      '--url',
      server.url,
      '--key',
      key,
      '--track',
      'track.json',
      '--session',
      'Fast',
    ];
    const replay = new Promise<string>((resolve, reject) =>
      execFile(process.execPath, [program, ...args, ...files], { cwd: folder }, (error, stdout, stderr) =>
        error ? reject(new Error(`${stdout}${stderr}`)) : resolve(stdout),
      ),
    );
    const sessionId = await until('the session is open', async () => {
      const list = await (await page.request.get(`${server.url}/api/v1/live`)).json();
      return list.items[0]?.session_id;
    });
    await page.goto(`${server.url}/live/${sessionId}`);
    await page.locator('[data-map=drawn]').waitFor();
    await until('the board moves', async () => (await column('laps')).some((laps) => Number(laps) >= 1));
    await replay;

    const expected = files
      .map((path) => {
        const [device] = readRecording('car.csv', new TextEncoder().encode(circleCsvOf(path))).devices;
        if (!device) throw new Error('The file holds no device.');
        const { laps } = detectLaps(circleTrack(), normaliseColumns(device.fixes).fixes);
        const complete = laps.filter((lap) => lap.class === 'complete' && !lap.estimated);
        return { path, complete: complete.length, bestMs: Math.min(...complete.map((lap) => lap.timeMs)) };
      })
      .sort((a, b) => a.bestMs - b.bestMs);
    expect(expected.map(({ complete }) => complete)).toEqual([4, 4, 4]);
    await until('the board is at its end', async () => (await column('laps')).join() === '4,4,4');
    const best = (await column('best')).map((text) => text.replace(/[^\d:.]/g, ''));
    expect(best).toEqual(expected.map(({ bestMs }) => formatLapTime(bestMs)));
    expect(await column('position')).toEqual(['1', '2', '3']);

    // The job that times the closed session as a whole ends a moment later.
    const bests = expected.map(({ bestMs }) => Math.round(bestMs * 1000) / 1000).join();
    await until('the session is stored as it was driven', async () => {
      const stored = await (await page.request.get(`${server.url}/api/v1/sessions/${sessionId}`)).json();
      return stored.entries.map((entry: { best_ms: number }) => entry.best_ms).join() === bests;
    });
    for (const [theme, width] of [
      ['dark', 1440],
      ['light', 1440],
      ['dark', 390],
      ['light', 390],
    ] as const) {
      await page.emulateMedia({ colorScheme: theme });
      await page.setViewportSize({ width, height: 900 });
      await page.locator('[data-map=drawn]').waitFor();
      expect(await overflowOf(page)).toBe(0);
      await page.screenshot({ path: join(SHOTS, `replay-${theme}-${width}.png`), fullPage: true });
    }
    expect(complaints).toEqual([]);
  }, 90_000);

  const circleCsvOf = (path: string): string =>
    circleCsv({ lapS: CARS[Number(/(\d)\.csv$/.exec(path)?.[1]) - 1] ?? 0, laps: 4, rateHz: 20 });
});
