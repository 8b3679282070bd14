import { existsSync, mkdirSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { isLoopback } from '@/lib/auth/client-address';
import { authSecret } from '@/lib/auth/secret';
import { type EmbeddedDatabase, startEmbedded } from '@/lib/db/embedded/child';
import { migrateDatabase } from '@/lib/db/migrate';
import { isConnectionLoss } from '@/lib/db/patience';
import { type Environment, env } from '@/lib/env';
import { messageOf } from '@/lib/errors';
import { log } from '@/lib/log';
import { startRuntime, stopRuntime } from '@/lib/start-runtime';
import { version } from '../package.json';
import { closeDoor } from './server/close-door';
import { doorSettings, encryptionWarning, localAddress } from './server/door-settings';
import { type FrontDoor, openFrontDoor } from './server/front-door';
import { openPages, type Pages } from './server/pages';
import { openSockets, type Sockets } from './server/sockets';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const dev = process.argv.includes('--dev');

const EXIT_WITHIN_MS = 5_000;

/** What is open so far; a stop in the middle of the start closes just that. */
const open: { door?: FrontDoor; database?: EmbeddedDatabase; pages?: Pages; sockets?: Sockets } = {};
let stopping = false;
let stopAskedAtMs = Number.POSITIVE_INFINITY;

async function openDatabaseUrl(environment: Environment): Promise<string> {
  if (environment.DATABASE_URL) return environment.DATABASE_URL;
  const dataDir = resolve(environment.DATA_DIR);
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  open.database = await startEmbedded({
    dataDir: join(dataDir, 'postgres'),
    report: (line) => log.warn(line),
  });
  return open.database.url;
}

function explainDatabase(error: unknown): never {
  if (!isConnectionLoss(error) || !env().DATABASE_URL) throw error;
  throw new Error(
    `The database of DATABASE_URL does not answer (${messageOf(error)}). Start it, or correct DATABASE_URL.`,
  );
}

async function start(): Promise<void> {
  process.chdir(root);
  const environment = env();
  const { HOST: host } = environment;
  open.door = await openFrontDoor(doorSettings(environment, { dev }));
  const { port } = open.door;
  const databaseUrl = await openDatabaseUrl(environment);
  const migrations = join(root, 'drizzle', 'migrations');
  if (existsSync(migrations)) await migrateDatabase(databaseUrl, migrations).catch(explainDatabase);
  await startRuntime({
    databaseUrl,
    databaseKind: environment.DATABASE_URL ? 'postgresql' : 'embedded',
    dataDir: resolve(environment.DATA_DIR),
    workerFile: join(root, 'dist', 'worker.js'),
    version,
    reach: isLoopback(host) ? 'loopback' : 'network',
    ...accountSettings(environment),
  });
  open.pages = await openPages({ root, host, port, dev });
  if (stopping) return;
  open.sockets = openSockets({ others: open.pages.upgrade });
  open.door.open(open.sockets.guard(open.pages.handle), open.sockets.upgrade);
  console.log(`Pitwall is ready: ${localAddress(host, port)}`);
  const warning = encryptionWarning(environment);
  if (warning) console.log(warning);
}

/** What the environment says of accounts. */
function accountSettings(environment: Environment) {
  const { ADMIN_USERNAME: username, ADMIN_PASSWORD: password } = environment;
  const { RECAPTCHA_SECRET_KEY: secret, RECAPTCHA_SITE_KEY: siteKey } = environment;
  return {
    auth: {
      secret: authSecret(environment.AUTH_SECRET, resolve(environment.DATA_DIR)),
      setupToken: environment.SETUP_TOKEN,
      captcha: secret && siteKey ? { secret, siteKey } : undefined,
      publicRead: environment.PUBLIC_READ,
      upstreamOpen: upstreamOf(environment.UPSTREAM_OPEN),
      ratePerMinute: environment.RATE_LIMIT_PER_MINUTE,
    },
    administrator: username && password ? { username, password, reset: environment.ADMIN_RESET } : undefined,
    redisUrl: environment.REDIS_URL,
    logRetentionDays: environment.LOG_RETENTION_DAYS,
    fixesPerSecond: environment.INGEST_FIXES_PER_SECOND,
    demo: environment.DEMO,
  };
}

/** Whose robots may send without a login; unless it is set, those of this machine alone. */
function upstreamOf(isOpen: boolean | undefined): 'all' | 'local' | 'none' {
  if (isOpen === undefined) return 'local';
  return isOpen ? 'all' : 'none';
}

/** Streams and requests first, then the work behind them, then the pool, last the database. */
async function stop(exitCode: number): Promise<void> {
  if (stopping) return;
  stopping = true;
  setTimeout(() => {
    log.warn('The stop took too long; leaving as it is', { limitMs: EXIT_WITHIN_MS });
    process.exit(exitCode || 1);
  }, EXIT_WITHIN_MS).unref();
  if (open.door) await closeDoor(open.door, open.sockets);
  await open.pages?.close();
  await stopRuntime();
  await open.database?.stop();
  process.exit(exitCode);
}

function stopOn(signal: NodeJS.Signals): void {
  process.on(signal, () => {
    // npm and the terminal may both send the first one; only a later one is impatience.
    if (signal === 'SIGINT' && performance.now() - stopAskedAtMs > 1_000) process.exit(130);
    stopAskedAtMs = Math.min(stopAskedAtMs, performance.now());
    stop(0).catch(fail);
  });
}

function fail(error: unknown): void {
  console.error(messageOf(error));
  if (stopping) process.exit(1);
  stop(1).catch(() => process.exit(1));
}

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) stopOn(signal);
start().catch(fail);
