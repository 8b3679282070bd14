import { join } from 'node:path';

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
    bundle: true,
    packages: 'external',
    platform: 'node',
    target: 'node20',
    format: 'esm',
    sourcemap: 'linked',
    logLevel: 'error',
  });
}
