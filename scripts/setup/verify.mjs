import { join } from 'node:path';
import { run } from './run.mjs';

/**
 * The quick gate: format and lint, types, structure. Resolves to the exit code of the first that failed, else 0.
 * @param {{ root: string, env: Record<string, string | undefined> }} options
 */
export async function verify({ root, env }) {
  const bin = (/** @type {string[]} */ ...parts) => join(root, 'node_modules', ...parts);
  const node = (/** @type {string[]} */ ...args) => run({ root, env, args, stdio: ['ignore', 2, 2] });
  const types = async () =>
    // Writes next-env.d.ts and the types of the routes.
    (await node(bin('next', 'dist', 'bin', 'next'), 'typegen')) ||
    (await node(bin('typescript', 'bin', 'tsc'), '--noEmit', '-p', '.'));
  const results = await Promise.all([
    node(bin('@biomejs', 'biome', 'bin', 'biome'), 'ci', '.'),
    types(),
    node(bin('vitest', 'vitest.mjs'), 'run', 'test/structure.test.ts'),
  ]);
  return results.find((exitCode) => exitCode !== 0) ?? 0;
}
