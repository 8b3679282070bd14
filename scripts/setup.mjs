// The one way in: `node scripts/setup.mjs <command> [arguments]`. Makes ready what the command needs (packages,
// bundles, pages), then runs it. Plain Node, because it runs before any package is installed.
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { patchPostgres } from './patch-postgres.mjs';
import { buildIsFresh, buildPages, copyViewer } from './setup/build.mjs';
import { bundleAll, bundlesAreFresh, scriptNames, stopBundler } from './setup/bundle.mjs';
import { install, installedIn } from './setup/install.mjs';
import { run } from './setup/run.mjs';
import { withSetupLock } from './setup/setup-lock.mjs';
import { verify } from './setup/verify.mjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const env = process.env;

/** What the commands that are no script of ours need beside the packages. */
const NEEDS = {
  test: { bundles: true, pages: true },
  verify: { bundles: false, pages: false },
};

function checkNode() {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  if (major < 20 || (major === 20 && minor < 9))
    throw new Error(`Pitwall needs Node 20.9 or newer; this is ${process.version}. See https://nodejs.org.`);
}

/** @param {{ bundles: boolean, pages: boolean }} needs */
async function prepare(needs) {
  const bundlesReady = () => !needs.bundles || bundlesAreFresh(root);
  const pagesReady = () => !needs.pages || !existsSync(join(root, 'app')) || buildIsFresh(root);
  const packagesReady = () => {
    const state = installedIn(root);
    return state === 'complete' || (state === 'production' && bundlesReady() && pagesReady());
  };
  if (packagesReady() && bundlesReady() && pagesReady()) return;
  await withSetupLock(join(root, '.cache', 'setup.lock'), async () => {
    if (!packagesReady()) await install({ root, env });
    patchPostgres(root);
    if (!bundlesReady()) {
      await bundleAll(root);
      await stopBundler();
    }
    if (!pagesReady()) await buildPages({ root, env });
  });
}

/** Tests begin with the quick checks; what follows the command goes to vitest. @param {string[]} args */
async function test(args) {
  await prepare(NEEDS.verify);
  const failed = await verify({ root, env });
  if (failed !== 0) return failed;
  await prepare(NEEDS.test);
  const vitest = join(root, 'node_modules', 'vitest', 'vitest.mjs');
  return run({ root, env, args: [vitest, 'run', ...args] });
}

/** Runs a bundled script in this very process: signals, output and exit code are its own. */
async function runScript(/** @type {string} */ name, /** @type {string[]} */ args) {
  const dev = args.includes('--dev');
  const pages = name === 'bench' || (name === 'start' && !dev);
  await prepare({ bundles: true, pages });
  if (dev) copyViewer(root);
  const program = join(root, 'dist', `${name}.js`);
  if (name === 'start') env.NODE_ENV = dev ? 'development' : 'production';
  if (env.npm_lifecycle_event) stopWithParent();
  process.setSourceMapsEnabled(true);
  process.argv = [process.execPath, program, ...args];
  await import(pathToFileURL(program).href);
}

/** A killed npm takes its shell with it but not this process, which would go on holding the port. */
function stopWithParent() {
  const parent = process.ppid;
  const watch = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(watch);
    process.kill(process.pid, 'SIGTERM');
  }, 1000);
  watch.unref();
}

async function main() {
  const [command = '', ...args] = process.argv.slice(2);
  checkNode();
  env.NEXT_TELEMETRY_DISABLED = '1';
  if (command === 'verify') {
    await prepare(NEEDS.verify);
    process.exitCode = await verify({ root, env });
  } else if (command === 'test') {
    process.exitCode = await test(args);
  } else if (scriptNames(root).includes(command)) {
    await runScript(command, args);
  } else {
    const known = ['test', 'verify', ...scriptNames(root)].join(', ');
    throw new Error(`There is no command "${command}". The commands: ${known}.`);
  }
}

main().catch((error) => {
  console.error(error instanceof Error && error.constructor === Error ? error.message : error);
  process.exit(1);
});
