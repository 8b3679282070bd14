import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type EmbeddedDatabase, startEmbedded } from '@/lib/db/embedded/child';
import { lapTrace } from '@/lib/db/laps';
import { migrateDatabase } from '@/lib/db/migrate';
import { trackToFile } from '@/lib/formats/track-file';
import { acceptUpload } from '@/lib/services/imports';
import { createTrack } from '@/lib/services/track-edits';
import { circleCsv, circleTrack } from '../support/circle';
import { killDatabase } from '../support/kill-database';
import { bundled, openProduct, type Product } from '../support/product';
import { sharedPart } from '../support/shared-parts';
import { until } from '../support/until';

const csv = circleCsv({ laps: 60, rateHz: 25, channels: { rpm: (row) => (row * 37) % 9000 } });
const folders: string[] = [];
const folder = (): string => {
  const path = mkdtempSync(join(tmpdir(), 'pitwall-kill-'));
  folders.push(path);
  return path;
};

describe('an import that is killed', () => {
  let embedded: EmbeddedDatabase;
  let product: Product;
  let dataDir: string;
  let undisturbed: Awaited<ReturnType<typeof result>>;
  const children: ChildProcess[] = [];

  const openAll = async (): Promise<void> => {
    dataDir = folder();
    embedded = await startEmbedded({
      dataDir: join(dataDir, 'postgres'),
      ...(await sharedPart('/embedded')),
    });
    await migrateDatabase(embedded.url, 'drizzle/migrations');
    product = await openProduct({ name: 'embedded', url: embedded.url }, { dataDir });
    await createTrack(product.ctx, trackToFile(circleTrack()));
  };
  const closeAll = async (): Promise<void> => {
    for (const child of children.splice(0)) child.kill('SIGKILL');
    await product.stop();
    await embedded.stop();
  };

  beforeAll(async () => {
    await openAll();
    await product.drop([{ name: 'long.csv', content: csv }]);
    undisturbed = await result();
  });
  beforeEach(async () => {
    await product.idle();
    await product.runtime.sql`truncate imports, sessions, session_entries, devices, tracks, track_revisions,
      positions, channel_blocks, laps, crossings, lap_traces, jobs, job_events, job_steps cascade`;
    await createTrack(product.ctx, trackToFile(circleTrack()));
  });
  afterAll(async () => {
    await closeAll();
    for (const path of folders) rmSync(path, { recursive: true, force: true });
  });

  /** Everything that an import gives, without the ids that a sequence makes. */
  async function result() {
    const { sql, db } = product.runtime;
    const laps =
      await sql`select id, number, class, reason, started_us, ended_us, time_ms, uncertainty_ms, estimated,
      sectors, distance_m, top_speed_mps, min_speed_mps, track_revision from laps order by started_us`;
    const traces = await Promise.all(
      laps.map(async (lap) => (await lapTrace(db, Number(lap.id), null))?.data.toString()),
    );
    return {
      laps: laps.map(({ id: _, ...lap }) => lap),
      traces,
      crossings:
        await sql`select time_us, checkpoint, direction, method, speed_mps from crossings order by time_us`,
      sessions: await sql`select name, from_us, to_us, notes, ready, revision from sessions`,
      devices: await sql`select name, external_id, ready from devices`,
      imports: await sql`select status, message from imports`,
      tracks: await sql`select name, revision from tracks`,
      channels: await sql`select sum(count) as rows from channel_blocks`,
      positions: await sql`select count(*) as rows, sum(hashtextextended(positions.time_us::text || lat::text
        || lon::text || speed_mps::text, 0)) as hash from positions`,
    };
  }

  const startServer = async (): Promise<ChildProcess> => {
    const [program, worker] = await Promise.all([
      bundled('test/support/server-process.ts'),
      bundled('scripts/worker.ts'),
    ]);
    const child = spawn(process.execPath, [program, embedded.url, 'embedded', dataDir, worker], {
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    children.push(child);
    await new Promise<void>((resolve) => child.stdout?.once('data', () => resolve()));
    return child;
  };

  /** Hands the file in without a queue that could work here. */
  const dropForLater = async (): Promise<void> => {
    const taken = await product.ctx.spool.write('long.csv', once(csv));
    await acceptUpload(product.ctx, {
      batch: 'killed-batch',
      trackId: null,
      sessionName: null,
      files: [{ file: 'long.csv', ...taken, modifiedMs: null }],
    });
  };
  async function* once(text: string) {
    yield Buffer.from(text);
  }
  const done = () =>
    until(
      'the import is done',
      async () => {
        const [row] = await product.runtime
          .sql`select status from imports where status in ('done', 'failed')`.catch(() => []);
        return row?.status;
      },
      60_000,
    );

  const MOMENTS = [
    { moment: 'while it stores fixes', reached: 'select 1 from positions offset 20000 limit 1' },
    {
      moment: 'right after its first step',
      reached: `select 1 from job_steps where step_id = 'read' and finished_at is not null`,
    },
    { moment: 'while its laps are hidden', reached: 'select 1 from sessions limit 1' },
  ];

  test.each(MOMENTS)(
    'with the server, $moment, goes on after the restart to the same result',
    async ({ reached }) => {
      await openAll();
      // This process only watches: the queue works in the one that is killed.
      await product.stop();
      const server = await startServer();
      product = await openWatcher();
      await dropForLater();
      await until('the moment', async () => (await product.runtime.sql.unsafe(reached)).length > 0, 60_000);
      server.kill('SIGKILL');
      await new Promise((resolve) => server.once('exit', resolve));
      const [row] = await product.runtime.sql`select status from imports`;
      expect(row?.status).toBe('running');
      await startServer();
      expect(await done()).toBe('done');
      expect(await result()).toEqual(undisturbed);
    },
  );

  test('with the database, while it stores fixes, goes on by itself to the same result', async () => {
    await dropForLater();
    await until('20,000 fixes are stored', async () => {
      const rows = await product.runtime.sql`select 1 from positions offset 20000 limit 1`;
      return rows.length > 0;
    });
    const before = await product.runtime
      .sql`select max(time_us) as newest, count(*)::int as rows from positions`;
    killDatabase(embedded);
    expect(await done()).toBe('done');
    const kept = await product.runtime.sql`
      select count(*)::int as rows from positions where time_us <= ${String(before[0]?.newest)}`;
    expect(kept[0]?.rows).toBe(before[0]?.rows);
    expect(await result()).toEqual(undisturbed);
  });

  /** A product whose queue is stopped at once. */
  async function openWatcher(): Promise<Product> {
    const watcher = await openProduct({ name: 'postgresql', url: embedded.url }, { dataDir });
    await watcher.pause();
    return watcher;
  }
});
