import { copyFileSync, existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { run } from './run.mjs';
import { readStamp, sourceHash } from './source-hash.mjs';

const PAGE_SOURCES = [
  ...['app', 'components', 'lib', 'drizzle', 'inngest', 'public', 'proxy.ts', 'instrumentation.ts'],
  ...['package-lock.json', 'next.config.ts', 'postcss.config.mjs', 'tsconfig.json', 'tsconfig.build.json'],
];

/** What of Swagger UI the page of the API loads, from this very server. */
const VIEWER = [
  'swagger-ui-bundle.js',
  'swagger-ui-bundle.js.LICENSE.txt',
  'swagger-ui.css',
  'LICENSE',
  'NOTICE',
];

/** Puts the viewer of the API among the files that are served as they are. @param {string} root */
export function copyViewer(root) {
  const from = join(root, 'node_modules', 'swagger-ui-dist');
  const to = join(root, 'public', 'swagger-ui');
  mkdirSync(to, { recursive: true });
  for (const file of VIEWER) copyFileSync(join(from, file), join(to, file));
}

/** The hash of the sources lies beside the build that was made from them. @param {string} root */
const stampOf = (root) => join(root, '.next', 'source-hash');

/** @param {string} root */
export function buildIsFresh(root) {
  return (
    existsSync(join(root, '.next', 'BUILD_ID')) && readStamp(stampOf(root)) === sourceHash(root, PAGE_SOURCES)
  );
}

/** Builds the pages. @param {{ root: string, env: Record<string, string | undefined> }} options */
export async function buildPages({ root, env }) {
  console.error('Building the pages; this takes about half a minute …');
  // Before the hash, which goes over it.
  copyViewer(root);
  const hash = sourceHash(root, PAGE_SOURCES);
  rmSync(stampOf(root), { force: true });
  // Types of a route that is gone would fail the build.
  for (const types of ['types', join('dev', 'types')])
    rmSync(join(root, '.next', types), { recursive: true, force: true });
  const exitCode = await run({
    root,
    env: { ...env, NODE_ENV: 'production' },
    args: [join(root, 'node_modules', 'next', 'dist', 'bin', 'next'), 'build'],
    stdio: ['ignore', 2, 2],
  });
  if (exitCode !== 0) throw new Error('next build failed (its own lines are above).');
  writeFileSync(stampOf(root), hash);
}
