import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { trackToFile, writeTrackFile } from '@/lib/formats/track-file';
import { deleteSession } from '@/lib/services/delete-session';
import { detectLaps } from '@/lib/timing/detect-laps';
import { aligned, type Car, readCars } from '@/scripts/replay/cars';
import { FeedLink } from '@/scripts/replay/feed-link';
import { play } from '@/scripts/replay/play';
import { circleCsv, circleTrack } from '../support/circle';
import { testDatabases } from '../support/database';
import { type FeedServer, serveFeeds } from '../support/feed-client';
import { makePerson } from '../support/people';
import { bundled, openProduct, type Product } from '../support/product';

const [database] = await testDatabases();
if (!database) throw new Error('There is always the embedded database.');

let product: Product;
let server: FeedServer;
let folder: string;
beforeAll(async () => {
  product = await openProduct(database);
  server = await serveFeeds((await makePerson(product.ctx, 2)).ctx);
  folder = mkdtempSync(join(tmpdir(), 'pitwall-replay-'));
});
afterAll(async () => {
  await server?.stop();
  await product?.stop();
  rmSync(folder, { recursive: true, force: true });
});

async function cars(name: string, ...lapsS: number[]): Promise<Car[]> {
  const files = lapsS.map((lapS, index) => {
    const path = join(folder, `${name}-${index}.csv`);
    writeFileSync(path, circleCsv({ lapS, laps: 4 }));
    return readCars(path);
  });
  return aligned(await Promise.all(files)).cars;
}

const link = (lines: string[] = []) =>
  new FeedLink({
    url: server.url,
    key: 'of the test',
    hello: { type: 'hello', feed: 'replay', name: 'test' },
    report: (line) => lines.push(line),
  });
const session = { name: 'Replayed', kind: 'practice' as const, track: { ...trackToFile(circleTrack()) } };

async function storedLaps(sessionId: number): Promise<number[][]> {
  await product.idle();
  const rows = await product.runtime.sql<{ device_id: number; time_ms: number }[]>`
    select device_id, time_ms from laps where session_id = ${sessionId} order by device_id, started_us`;
  const byDevice = new Map<number, number[]>();
  for (const { device_id, time_ms } of rows)
    byDevice.set(device_id, [...(byDevice.get(device_id) ?? []), time_ms]);
  return [...byDevice.values()];
}

describe('a replay', () => {
  it('gives the laps of the recording, car by car, as fast as the server takes it', async () => {
    const driven = await cars('max', 31.3, 33.7);
    const feed = link();
    const counts = await play(feed, { cars: driven, speed: Number.POSITIVE_INFINITY, session });
    feed.close();
    const fixes = driven.reduce((sum, car) => sum + car.fixes.count, 0);
    expect(counts).toMatchObject({ fixes, sent: fixes, stored: fixes, duplicates: 0, refused: {} });
    const laps = await storedLaps(counts.sessionId);
    const expected = driven.map((car) => detectLaps(circleTrack(), car.fixes).laps.map((lap) => lap.timeMs));
    expect(laps.map((list) => list.length)).toEqual(expected.map((list) => list.length));
    laps.forEach((list, car) => {
      list.forEach((timeMs, lap) => {
        expect(Math.abs(timeMs - (expected[car]?.[lap] ?? 0))).toBeLessThan(0.01);
      });
    });
    const [row] = await product.runtime
      .sql`select live, simulated from sessions where id = ${counts.sessionId}`;
    expect(row).toEqual({ live: false, simulated: false });
  });

  it('loses nothing and stores nothing twice when the connection is cut in the middle', async () => {
    const driven = await cars('cut', 30, 32);
    const lines: string[] = [];
    const feed = link(lines);
    let cuts = 0;
    const counts = await play(feed, {
      ...{ cars: driven, speed: 60, session },
      onProgress: ({ sent, fixes }) => {
        if (sent > ((cuts + 1) * fixes) / 4 && cuts < 3) cuts += server.cut();
      },
    });
    feed.close();
    expect(cuts).toBe(3);
    expect(feed.reconnects).toBe(3);
    expect(lines.filter((line) => line.includes('connected again'))).toHaveLength(3);
    expect(counts.stored + counts.duplicates).toBe(counts.fixes);
    const [row] = await product.runtime.sql`
      select count(*)::int as stored from positions
      join session_entries using (device_id) where session_id = ${counts.sessionId}`;
    expect(row?.stored).toBe(counts.fixes);
  });

  it('closes its session when it is stopped early', async () => {
    const stop = new AbortController();
    const feed = link();
    const counts = await play(feed, {
      ...{ cars: await cars('stop', 30), speed: 20, session, signal: stop.signal },
      onProgress: ({ stored }) => stored > 200 && stop.abort(),
    });
    feed.close();
    expect(counts.sent).toBeLessThan(counts.fixes);
    expect(counts.stored).toBe(counts.sent);
    const [row] = await product.runtime.sql`select live from sessions where id = ${counts.sessionId}`;
    expect(row?.live).toBe(false);
  });

  it('goes with its session: the cars of the replay and their fixes are deleted too', async () => {
    const feed = link();
    const driven = await cars('gone', 30);
    const { sessionId } = await play(feed, { cars: driven, speed: Number.POSITIVE_INFINITY, session });
    feed.close();
    const [row] = await product.runtime.sql`
      select device_id from session_entries where session_id = ${sessionId}`;
    await product.idle();
    await deleteSession(product.ctx, sessionId);
    await product.idle();
    expect(await product.runtime.sql`select 1 from devices where id = ${row?.device_id}`).toEqual([]);
    expect(await product.runtime.sql`select 1 from positions where device_id = ${row?.device_id}`).toEqual(
      [],
    );
  });

  it('ends with the server’s words when a session is refused', async () => {
    const feed = link();
    const wrong = { ...session, track: { checkpoints: [] } };
    const refused = play(feed, { cars: await cars('wrong', 30), speed: 100, session: wrong });
    await expect(refused).rejects.toThrow(/track file is wrong/);
    feed.close();
  });
});

describe('the command', () => {
  const command = async (...args: string[]) => {
    const program = await bundled('scripts/replay.ts');
    return new Promise<{ code: unknown; lines: string[] }>((resolve) => {
      const env = { ...process.env, PITWALL_KEY: '' };
      execFile(process.execPath, [program, ...args], { cwd: folder, env }, (error, stdout, stderr) =>
        resolve({ code: error?.code ?? 0, lines: `${stdout}${stderr}`.trim().split('\n') }),
      );
    });
  };

  it('says in one line what is wrong', async () => {
    writeFileSync(join(folder, 'good.csv'), circleCsv());
    writeFileSync(join(folder, 'bad.csv'), 'no recording at all');
    writeFileSync(join(folder, 'track.json'), writeTrackFile(circleTrack()));
    const key = ['--key', 'pw_x'];
    const wrong: [string[], RegExp][] = [
      [['good.csv'], /^A key is needed: make one under Account/],
      [['missing.csv', ...key], /^missing\.csv: there is no such file\.$/],
      [['bad.csv', ...key], /^bad\.csv: /],
      [['track.json', ...key], /^track\.json: this is a track file/],
      [['good.csv', ...key, '--url', 'pit:3000'], /^--url must be an address/],
      [['good.csv', ...key, '--url', 'http://127.0.0.1:9'], /^http:\/\/127\.0\.0\.1:9 cannot be reached/],
      [['good.csv', ...key, '--speed', 'fast'], /^--speed must be a number/],
      [['good.csv', ...key, '--kind', 'rally'], /^--kind must be one of/],
      [['good.csv', ...key, '--track', 'none.json'], /^none\.json: there is no such file\.$/],
      [['good.csv', ...key, '--from', '9999'], /^There is no fix between --from and --to/],
      [['good.csv', ...key, '--wrong'], /--wrong/],
    ];
    const said = await Promise.all(wrong.map(([args]) => command(...args)));
    said.forEach(({ code, lines }, index) => {
      expect(lines.join('\n')).toMatch(wrong[index]?.[1] ?? /never/);
      expect({ code, lines: lines.length }).toEqual({ code: 1, lines: 1 });
    });
  }, 60_000);
});
