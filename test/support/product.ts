import { createHash, randomUUID } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import { checkAnswers } from '@/lib/api/answer-check';
import { keepOnce } from '@/lib/db/settings';
import type { Runtime } from '@/lib/runtime';
import type { ServiceContext } from '@/lib/services/context';
import { acceptUpload, getImport, type UploadInput } from '@/lib/services/imports';
import { startRuntime } from '@/lib/start-runtime';
import type { TestDatabase } from './database';
import { makePerson } from './people';
import { until } from './until';

const root = join(import.meta.dirname, '..', '..');

/** Bundles a script for Node into .cache, where it finds node_modules; gives its path. */
export async function bundled(script: string): Promise<string> {
  const result = await build({
    absWorkingDir: root,
    entryPoints: [join(root, script)],
    bundle: true,
    packages: 'external',
    platform: 'node',
    target: 'node20',
    format: 'esm',
    sourcemap: 'inline',
    write: false,
    outfile: 'out.mjs',
    logLevel: 'error',
  });
  const code = result.outputFiles[0]?.contents ?? new Uint8Array();
  const name = createHash('sha256').update(code).digest('hex').slice(0, 16);
  const folder = join(root, '.cache', 'test-bundles');
  const path = join(folder, `${name}.mjs`);
  if (!existsSync(path)) {
    const { mkdir, writeFile } = await import('node:fs/promises');
    await mkdir(folder, { recursive: true });
    const fresh = join(folder, `${name}.${randomUUID()}`);
    await writeFile(fresh, code);
    renameSync(fresh, path);
  }
  return path;
}

export type Product = {
  runtime: Runtime;
  ctx: ServiceContext;
  /** The headers of an administrator who has logged in. */
  headers: { authorization: string };
  dataDir: string;
  /** Drops files as the upload route does and waits until each import is over. */
  drop(
    files: readonly { name: string; content: string | Uint8Array; modifiedMs?: number }[],
    options?: Partial<Omit<UploadInput, 'files'>>,
  ): Promise<Awaited<ReturnType<typeof getImport>>[]>;
  /** Waits until no job waits or works. */
  idle(): Promise<void>;
  /** Lets this process work on no job any more. */
  pause(): Promise<void>;
  stop(): Promise<void>;
};

let batches = 0;

/** The product's own parts on a test database, with a data folder of its own. `fresh`: no administrator yet. */
export async function openProduct(
  database: Pick<TestDatabase, 'name' | 'url'>,
  options: { dataDir?: string; fresh?: boolean } = {},
): Promise<Product> {
  const dataDir = options.dataDir ?? mkdtempSync(join(tmpdir(), 'pitwall-test-'));
  const runtime = await startRuntime({
    databaseUrl: database.url,
    databaseKind: database.name === 'embedded' ? 'embedded' : 'postgresql',
    dataDir,
    workerFile: await bundled('scripts/worker.ts'),
    version: 'test',
    auth: { secret: 'a secret of the tests, long enough for them' },
    demo: false,
    upkeep: false,
    backoffScale: 0.001,
  });
  const ctx = runtime.services;
  checkAnswers();
  if (!options.fresh) await keepOnce(ctx.db, 'setup-done', {});
  const { headers } = await makePerson(ctx, 5, `administrator ${randomUUID()}`);
  const idle = async (): Promise<void> => {
    await until('no job is open', async () => {
      const rows = await runtime.sql`select 1 from jobs where status in ('queued', 'running', 'retrying')`;
      return rows.length === 0;
    });
  };
  return {
    runtime,
    ctx,
    headers,
    dataDir,
    async drop(files, input = {}) {
      const spooled = [];
      for (const { name, content, modifiedMs } of files) {
        const taken = await ctx.spool.write(name, pieces(content));
        spooled.push({ file: name, ...taken, modifiedMs: modifiedMs ?? null });
      }
      const batch = `test-batch-${++batches}`;
      const { items } = await acceptUpload(ctx, {
        batch,
        trackId: null,
        sessionName: null,
        ...input,
        files: spooled,
      });
      return Promise.all(
        items.map(({ id }) =>
          until(
            `import ${id} is over`,
            async () => {
              const item = await getImport(ctx, id);
              return item.status === 'done' || item.status === 'failed' ? item : null;
            },
            60_000,
          ),
        ),
      );
    },
    idle,
    pause: () => runtime.pause(),
    async stop() {
      await runtime.close();
      if (!options.dataDir) rmSync(dataDir, { recursive: true, force: true });
    },
  };
}

async function* pieces(content: string | Uint8Array): AsyncGenerator<Uint8Array> {
  const bytes = Buffer.from(content);
  for (let at = 0; at < bytes.length || at === 0; at += 100_000) yield bytes.subarray(at, at + 100_000);
}

/** A file of the recordings. */
export const fileOf = (path: string): { name: string; content: Uint8Array } => ({
  name: path.split('/').at(-1) ?? path,
  content: readFileSync(path),
});
