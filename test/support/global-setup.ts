import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import http from 'node:http';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { TestProject } from 'vitest/node';
import { z } from 'zod';
import { startEmbedded } from '@/lib/db/embedded/child';
import { migrateDatabase } from '@/lib/db/migrate';
import { bundleScripts } from '../../scripts/setup/bundle.mjs';
import { browserPath } from './browser-path';
import { type PostgresServer, startPostgres } from './postgres-server';

const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
const cache = join(root, '.cache', 'test');

declare module 'vitest' {
  export interface ProvidedContext {
    /** Where workers ask for the parts that one test run shares. */
    sharedPartsUrl: string;
  }
}

/** What the workers share; each part is made when the first test asks for it. */
export type SharedParts = {
  /** An admin URL of a real PostgreSQL, or null when this machine has none. */
  '/postgres': { url: string | null };
  /** The bundled database program, and a dump of an empty database to begin with. */
  '/embedded': { program: string; dumpFile: string; migratedFile: string };
  /** A browser for playwright-core, or null. */
  '/browser': { executablePath: string | null };
};

let server: PostgresServer | null = null;
let shared: { url: string; close(): Promise<void> } | null = null;

export async function setup(project: TestProject): Promise<void> {
  const parts: { [K in keyof SharedParts]: () => Promise<SharedParts[K]> } = {
    '/postgres': once(async () => {
      const given = process.env.DATABASE_URL;
      if (given) return { url: given };
      server = await startPostgres();
      if (!server) console.warn(NO_POSTGRES);
      return { url: server?.url ?? null };
    }),
    '/embedded': once(prepareEmbedded),
    '/browser': once(async () => ({ executablePath: await browserPath(join(root, '.cache', 'browser')) })),
  };
  shared = await serveParts(parts);
  project.provide('sharedPartsUrl', shared.url);
}

export async function teardown(): Promise<void> {
  await shared?.close();
  await server?.stop();
}

const NO_POSTGRES = `
==== SKIPPED: the database tests on a real PostgreSQL ====
No PostgreSQL server programs (initdb, postgres) were found, and DATABASE_URL is not set.
Debian and Ubuntu: apt-get install postgresql. The tests on the embedded database run all the same.
`;

function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  return () => {
    made ??= make();
    return made;
  };
}

/**
 * Bundles the database program and keeps dumps of a fresh database, without and with the migrations: 1 s to open one
 * instead of 4 s to make it.
 */
async function prepareEmbedded(): Promise<SharedParts['/embedded']> {
  const own = join(cache, `run-${process.pid}`);
  process.once('exit', () => rmSync(own, { recursive: true, force: true }));
  mkdirSync(own, { recursive: true });
  await bundleScripts({ root, outDir: own, names: ['database'] });
  const program = join(own, 'database.js');
  const manifest = readFileSync(join(root, 'node_modules', '@electric-sql', 'pglite', 'package.json'));
  const dumpFile = join(cache, `empty-${hashOf(manifest)}.tar`);
  const journal = readFileSync(join(root, 'drizzle', 'migrations', 'meta', '_journal.json'));
  const statements = journalFiles(journal.toString()).map((file) => readFileSync(join(root, file)));
  const migratedFile = join(cache, `migrated-${hashOf(manifest, journal, ...statements)}.tar`);
  if (!existsSync(dumpFile) || !existsSync(migratedFile)) {
    const fresh = await startEmbedded({ dataDir: 'memory://', program });
    await fresh.dump(join(own, 'empty.tar'));
    await migrateDatabase(fresh.url, join(root, 'drizzle', 'migrations'));
    await fresh.dump(join(own, 'migrated.tar'));
    await fresh.stop();
    renameSync(join(own, 'empty.tar'), dumpFile);
    renameSync(join(own, 'migrated.tar'), migratedFile);
  }
  return { program, dumpFile, migratedFile };
}

function hashOf(...contents: readonly Uint8Array[]): string {
  const hash = createHash('sha256');
  for (const content of contents) hash.update(content);
  return hash.digest('hex').slice(0, 12);
}

const journalFiles = (journal: string): string[] =>
  z
    .object({ entries: z.array(z.object({ tag: z.string() })) })
    .parse(JSON.parse(journal))
    .entries.map(({ tag }) => join('drizzle', 'migrations', `${tag}.sql`));

async function serveParts(parts: Record<string, () => Promise<unknown>>) {
  const server = http.createServer((request, response) => {
    const part = parts[request.url ?? ''];
    if (!part) return void response.writeHead(404).end();
    part().then(
      (value) => response.end(JSON.stringify(value)),
      (error: unknown) => response.writeHead(500).end(String(error)),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The test run has no port.');
  server.unref();
  return {
    url: `http://127.0.0.1:${address.port}`,
    close: () =>
      new Promise<void>((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}
