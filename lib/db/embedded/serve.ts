import { existsSync, mkdirSync, openAsBlob, renameSync, rmdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { PGlite } from '@electric-sql/pglite';
import { acquireLock, type LockOwner, lockPathOf, releaseLock } from './lock-file';
import { type ChildMessage, type OpenMessage, parentMessage } from './messages';
import { startUpkeep } from './upkeep';
import { WireServer } from './wire-server';

/** Bounded memory and WAL; measured 180 MB instead of 760 MB after the first start. */
const START_PARAMS = [
  ...PGlite.defaultStartParams,
  ...['-c', 'shared_buffers=32MB', '-c', 'max_wal_size=64MB', '-c', 'min_wal_size=32MB'],
  // Between two vacuums nothing is analysed: by the default price of a page, every piece of a long recording was
  // found by sorting all of it. The pages are in the system's cache.
  ...['-c', 'random_page_cost=1.1'],
];

const CLOSE_WITHIN_MS = 8_000;

type Serving = { db: PGlite; wire: WireServer; close(): Promise<void> };

/**
 * The life of the database process: waits for the launcher's `open`, serves, and closes cleanly on `stop`,
 * SIGTERM, SIGINT or when the launcher is gone (its IPC channel closes with it).
 */
export function runDatabaseProcess(): void {
  let serving: Promise<Serving | null> = Promise.resolve(null);
  let stopping = false;
  const fail = (error: unknown) => {
    const message = error instanceof Error ? error.message : String(error);
    say({ type: 'failed', message }, () => process.exit(1));
  };
  const stop = () => {
    if (stopping) return;
    stopping = true;
    // A kill is safe too; hanging here for ever, without a parent, is not.
    setTimeout(() => process.exit(1), CLOSE_WITHIN_MS).unref();
    serving
      .then((open) => open?.close())
      .then(() => process.exit(0))
      .catch(fail);
  };
  process.on('SIGTERM', stop);
  // Ctrl-C reaches the whole process group: the launcher closes its pool first and then says stop.
  process.on('SIGINT', () => {});
  process.on('disconnect', stop);
  process.on('message', (raw) => {
    const heard = parentMessage.parse(raw);
    if (heard.type === 'stop') return stop();
    if (heard.type === 'open') {
      serving = open(heard, fail);
      serving.catch(fail);
      return;
    }
    serving.then((open) => (open ? answer(open, heard) : undefined)).catch(fail);
  });
}

/** Sends a message to the launcher, then calls `then`, also when there is no launcher any more. */
function say(message: ChildMessage, then: () => void = () => {}): void {
  if (process.connected && process.send) process.send(message, undefined, undefined, then);
  else then();
}

async function answer(
  { db, wire }: Serving,
  heard: { type: 'stats'; id: number; reset: boolean } | { type: 'dump'; id: number; file: string },
): Promise<void> {
  if (heard.type === 'stats') {
    say({ type: 'stats', id: heard.id, stats: wire.stats() });
    if (heard.reset) wire.turns.resetStats();
    return;
  }
  const dump = await wire.turns.between(() => db.dumpDataDir('none'));
  writeFileSync(heard.file, Buffer.from(await dump.arrayBuffer()));
  say({ type: 'dumped', id: heard.id });
}

async function open(options: OpenMessage, onBroken: (error: unknown) => void): Promise<Serving | null> {
  const { dataDir, password, idleInTransactionMs } = options;
  const wire = new WireServer({ password, port: options.port, idleInTransactionMs, onBroken });
  const port = await wire.listen();
  const lock: LockOwner = { pid: process.pid, port, secret: password };
  const lockPath = dataDir.startsWith('memory://') ? null : lockPathOf(dataDir);
  if (lockPath) {
    mkdirSync(dirname(dataDir), { recursive: true });
    const result = await acquireLock(lockPath, lock);
    if (!result.acquired) {
      await wire.close();
      const { pid, port } = result.owner;
      say({ type: 'in-use', pid, port, busy: result.state === 'busy' }, () => process.exit(0));
      return null;
    }
  }
  const db = await openDataDir(dataDir, options.dumpFile);
  await wire.attach(db);
  const endUpkeep = startUpkeep(db, wire.turns, { onError: onBroken });
  say({ type: 'ready', port });
  return {
    db,
    wire,
    async close() {
      endUpkeep();
      await wire.drain();
      await db.close();
      if (lockPath) releaseLock(lockPath, lock);
      await wire.close();
    },
  };
}

/**
 * Opens a database and makes it first if it is not there. It is made beside its place and moved there when it is
 * whole: a kill in the middle would leave a folder that never opens again.
 */
async function openDataDir(dataDir: string, dumpFile: string | null): Promise<PGlite> {
  const create = async (folder: string) => {
    const dump = dumpFile === null ? {} : { loadDataDir: await openAsBlob(dumpFile) };
    return PGlite.create({ dataDir: folder, startParams: START_PARAMS, ...dump });
  };
  if (dataDir.startsWith('memory://')) return create(dataDir);
  if (!existsSync(join(dataDir, 'PG_VERSION'))) {
    const fresh = `${dataDir}.new`;
    rmSync(fresh, { recursive: true, force: true });
    await (await create(fresh)).close();
    if (existsSync(dataDir)) rmdirSync(dataDir);
    renameSync(fresh, dataDir);
  }
  return PGlite.create({ dataDir, startParams: START_PARAMS });
}
