import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';

/**
 * How what is installed compares with package-lock.json: `complete`, `production` (only development packages are
 * missing) or `stale`. npm writes its own record into node_modules last, so a broken-off install has none.
 * @param {Record<string, any>} wanted the `packages` of package-lock.json
 * @param {Record<string, any> | null} found the `packages` of node_modules/.package-lock.json
 */
export function installState(wanted, found) {
  if (!found) return 'stale';
  let production = false;
  for (const [path, entry] of Object.entries(wanted)) {
    if (path === '' || entry.link) continue;
    const have = found[path];
    if (have && have.version !== entry.version) return 'stale';
    if (have || entry.optional || entry.devOptional || entry.peer) continue;
    if (!entry.dev) return 'stale';
    production = true;
  }
  return production ? 'production' : 'complete';
}

/** The state of the packages of the project in `root`. @param {string} root */
export function installedIn(root) {
  const hidden = join(root, 'node_modules', '.package-lock.json');
  if (!existsSync(hidden)) return 'stale';
  const packages = (/** @type {string} */ path) => JSON.parse(readFileSync(path, 'utf8')).packages;
  try {
    return installState(packages(join(root, 'package-lock.json')), packages(hidden));
  } catch (error) {
    if (error instanceof SyntaxError) return 'stale';
    throw error;
  }
}

/**
 * Installs what package-lock.json names, with the npm that runs us. Everything it prints goes to stderr.
 * @param {{ root: string, env: Record<string, string | undefined> }} options
 */
export async function install({ root, env }) {
  console.error('Installing packages (npm ci); the first time this takes about a minute …');
  const npm = env.npm_execpath ?? '';
  const ours = /^npm(-cli)?\.c?js$/.test(basename(npm));
  const args = ['ci', '--include=dev', '--no-audit', '--no-fund'];
  const [command, all] = ours ? [process.execPath, [npm, ...args]] : ['npm', args];
  const shell = !ours && process.platform === 'win32';
  const child = spawn(command, all, { cwd: root, env, shell, stdio: ['ignore', 2, 2] });
  const exitCode = await new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', resolve);
  });
  if (exitCode !== 0)
    throw new Error(
      'npm ci failed (its own lines are above). Is the package registry reachable, and may this user write into the folder? Then run the same command again.',
    );
}
