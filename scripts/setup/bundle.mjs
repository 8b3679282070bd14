import { mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readStamp, sourceHash } from './source-hash.mjs';

const BUNDLE_SOURCES = ['scripts', 'lib', 'drizzle', 'inngest', 'tsconfig.json', 'package-lock.json'];

/**
 * Bundles the named scripts (`start` → scripts/start.ts) for Node into `outDir`, packages left outside.
 * @param {{ root: string, outDir: string, names: string[] }} options
 */
export async function bundleScripts({ root, outDir, names }) {
  const { build } = await import('esbuild');
  await build({
    absWorkingDir: root,
    entryPoints: names.map((name) => join(root, 'scripts', `${name}.ts`)),
    outdir: outDir,
    tsconfig: join(root, 'tsconfig.json'),
    plugins: [ownImports(root)],
    bundle: true,
    packages: 'external',
    platform: 'node',
    target: 'node20',
    format: 'esm',
    sourcemap: 'linked',
    logLevel: 'error',
  });
}

/** Ends esbuild's own process, which would live as long as this one. Call it when no bundling is under way. */
export async function stopBundler() {
  const { stop } = await import('esbuild');
  await stop();
}

/**
 * Resolves `@/…` from the root. By itself esbuild takes one that it cannot find for a package, and the fault would
 * show only when the script runs.
 * @param {string} root @returns {import('esbuild').Plugin}
 */
function ownImports(root) {
  return {
    name: 'own-imports',
    setup(build) {
      build.onResolve({ filter: /^@\// }, ({ path, kind }) =>
        build.resolve(`./${path.slice(2)}`, { resolveDir: root, kind }),
      );
    },
  };
}

/** The names of the project's scripts. @param {string} root */
export function scriptNames(root) {
  return readdirSync(join(root, 'scripts'))
    .filter((file) => file.endsWith('.ts'))
    .map((file) => file.slice(0, -3));
}

/** @param {string} root */
export function bundlesAreFresh(root) {
  return readStamp(join(root, 'dist', 'source-hash')) === sourceHash(root, BUNDLE_SOURCES);
}

/** Bundles every script into dist/, file by file by rename, so that a reader never meets half a file. @param {string} root */
export async function bundleAll(root) {
  const hash = sourceHash(root, BUNDLE_SOURCES);
  const dist = join(root, 'dist');
  mkdirSync(dist, { recursive: true });
  const fresh = mkdtempSync(join(dist, 'new-'));
  try {
    await bundleScripts({ root, outDir: fresh, names: scriptNames(root) });
    for (const file of readdirSync(fresh)) renameSync(join(fresh, file), join(dist, file));
    writeFileSync(join(dist, 'source-hash'), hash);
  } finally {
    rmSync(fresh, { recursive: true, force: true });
  }
}
