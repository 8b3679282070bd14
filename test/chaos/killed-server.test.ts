import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type OpenDatabase, openDatabase } from '@/lib/db/client';
import { type EmbeddedDatabase, startEmbedded } from '@/lib/db/embedded/child';
import { migrateDatabase } from '@/lib/db/migrate';
import { killDatabase } from '../support/kill-database';
import { sharedPart } from '../support/shared-parts';
import { until } from '../support/until';
import { type Watcher, watchBoard } from './board-watcher';
import { type LiveServer, startLiveServer, type TestPerson } from './live-server';
import { ask, openRace, type RaceRun, RECOVERS_WITHIN_MS, rowOf } from './race-run';

describe('a race on the embedded database', () => {
  const folder = mkdtempSync(join(tmpdir(), 'pitwall-chaos-'));
  let embedded: EmbeddedDatabase;
  let open: OpenDatabase;
  let server: LiveServer;
  let person: TestPerson;
  let watcher: Watcher | undefined;

  beforeAll(async () => {
    const parts = await sharedPart('/embedded');
    embedded = await startEmbedded({ dataDir: join(folder, 'postgres'), ...parts });
    await migrateDatabase(embedded.url, 'drizzle/migrations');
    open = openDatabase(embedded.url);
    server = await startLiveServer({ databaseUrl: embedded.url, kind: 'embedded' });
    person = await server.person(5);
  });
  afterEach(() => watcher?.stop());
  afterAll(async () => {
    await server?.stop();
    await open?.close();
    await embedded?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  /** In the end everything is as if nothing had happened; then the session is closed, and still is. */
  async function requireWhole(run: RaceRun, idsBefore: ReadonlyMap<string, number>): Promise<void> {
    await run.requireFixes();
    await run.requireLaps();
    await until('the board is that of the whole', () => {
      const rows = watcher?.board()?.rows.map(rowOf);
      return JSON.stringify(rows) === JSON.stringify(run.finalRows());
    }).catch(() => expect(watcher?.board()?.rows.map(rowOf)).toEqual(run.finalRows()));
    expect((await ask(server, person, 'POST', `/api/v1/live/${run.sessionId}/close`)).status).toBe(202);
    expect((await until('the stream ends', () => watcher?.end())).reason).toBe('closed');
    await run.requireLaps(true);
    const ids = await run.lapIds();
    expect(idsBefore.size).toBeGreaterThan(0);
    for (const [lap, id] of idsBefore) expect([lap, ids.get(lap)]).toEqual([lap, id]);
  }

  it('loses nothing that was acknowledged when the server is killed, and goes on to the same result', async () => {
    const run = await openRace(open.sql, server, person, { seed: 'killed', laps: 3, rateHz: 2 });
    watcher = watchBoard(server, person, run.sessionId);
    const sending = run.send();
    await until('half is sent', () => run.part() > 0.55);
    const ids = await run.lapIds();
    await server.kill();
    server = await startLiveServer({ databaseUrl: embedded.url, kind: 'embedded' });
    run.moveTo(server);
    watcher.moveTo(server);
    await sending;
    expect(run.refusals.get(0)).toBeGreaterThan(0);
    await requireWhole(run, ids);
  });

  it('loses nothing when the database is killed, and the board moves again within seconds', async () => {
    const run = await openRace(open.sql, server, person, { seed: 'bereft', laps: 3, rateHz: 2 });
    watcher = watchBoard(server, person, run.sessionId);
    const sending = run.send();
    await until('half is sent', () => run.part() > 0.55);
    const ids = await run.lapIds();
    killDatabase(embedded);
    const [part, board] = [run.part(), watcher];
    await until('the database answers', () => open.sql`select 1`.catch(() => null));
    const [backAtMs, frames] = [performance.now(), board.frames()];
    await until('fixes are taken again', () => run.part() > part);
    await until('the board moves', () => board.frames() > frames + 3);
    expect(performance.now() - backAtMs).toBeLessThan(RECOVERS_WITHIN_MS);
    await sending;
    await requireWhole(run, ids);
  });
});
