import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { lockPathOf, readLock } from './lock-file';
import { type ChildMessage, childMessage, type EmbeddedStats, type ParentMessage } from './messages';
import { watchAnswers } from './watch-answers';

export type EmbeddedOptions = {
  /** The folder of the database, or `memory://`. */
  dataDir: string;
  /** What to do when another process has the folder open; default refuse. */
  whenInUse?: 'refuse' | 'reuse';
  /** The database program: a bundled .js or a .ts. Default: beside this module's bundle, else scripts/database.ts. */
  program?: string;
  /** A dump to begin with instead of an empty database. */
  dumpFile?: string;
  idleInTransactionMs?: number;
  /** A process that answers nothing for so long is killed and started again; default 120 s. */
  hungAfterMs?: number;
  /** One line about a death, a restart or a failure. */
  report?: (line: string) => void;
  /** Called when the database serves again after a restart. */
  onRestart?: () => void;
};

export type EmbeddedDatabase = {
  /** A PostgreSQL URL; it stays the same over restarts. */
  url: string;
  /** Whether another process of this machine runs it, and stops it. */
  reused: boolean;
  /** The process id now; null while it is being restarted, or reused. */
  pid(): number | null;
  /** Counters since the last reset; `reset` starts them anew after reading. */
  stats(reset?: boolean): Promise<EmbeddedStats>;
  /** Writes a dump of the whole database to a file. */
  dump(file: string): Promise<void>;
  /** Closes it cleanly. Idempotent. */
  stop(): Promise<void>;
};

/**
 * Starts the embedded database in a process of its own and keeps it running: when it dies it is started again,
 * with back-off, on the same port with the same password, so that a pool recovers by itself. Rejects in one
 * clear line when the folder is in use by another process or cannot be opened.
 */
export async function startEmbedded(options: EmbeddedOptions): Promise<EmbeddedDatabase> {
  const keeper = new EmbeddedKeeper(options);
  try {
    return await keeper.start();
  } catch (error) {
    await keeper.stop();
    throw error;
  }
}

const urlOf = (port: number, password: string): string =>
  `postgres://postgres:${password}@127.0.0.1:${port}/postgres`;

const START_WITHIN_MS = 120_000;
const STOP_WITHIN_MS = 10_000;
const MAX_BACKOFF_MS = 5_000;
const STABLE_AFTER_MS = 10_000;
/** Longer than any statement or vacuum takes; a kill loses nothing that was committed. */
const HUNG_AFTER_MS = 120_000;

type Waiter = { resolve: (message: ChildMessage) => void; reject: (error: Error) => void };

/** The parent's side of the database process. */
class EmbeddedKeeper {
  #options: EmbeddedOptions;
  #dataDir: string;
  #password = randomBytes(24).toString('hex');
  #port = 0;
  #child: ChildProcess | null = null;
  #waiters = new Map<number, Waiter>();
  #lastId = 0;
  #deaths = 0;
  #readyAtMs = 0;
  #stopping = false;
  #restartTimer: NodeJS.Timeout | undefined;

  constructor(options: EmbeddedOptions) {
    this.#options = options;
    this.#dataDir = options.dataDir.startsWith('memory://') ? options.dataDir : resolve(options.dataDir);
  }

  async start(): Promise<EmbeddedDatabase> {
    const first = await this.#launch();
    if (first.type === 'in-use') return this.#reuse(first);
    return {
      url: urlOf(this.#port, this.#password),
      reused: false,
      pid: () => this.#child?.pid ?? null,
      stats: async (reset = false) => {
        const answer = await this.#ask((id) => ({ type: 'stats', id, reset }));
        if (answer.type !== 'stats')
          throw new Error(`The database process answered ${answer.type} to stats.`);
        return answer.stats;
      },
      dump: async (file) => {
        await this.#ask((id) => ({ type: 'dump', id, file }));
      },
      stop: () => this.stop(),
    };
  }

  async stop(): Promise<void> {
    this.#stopping = true;
    clearTimeout(this.#restartTimer);
    const child = this.#child;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const exited = new Promise<void>((done) => child.once('exit', () => done()));
    this.#send({ type: 'stop' });
    const force = setTimeout(() => child.kill('SIGKILL'), STOP_WITHIN_MS);
    await exited;
    clearTimeout(force);
  }

  /** Spawns the process; resolves to `ready` or `in-use`, rejects when it fails or dies before. */
  #launch(): Promise<Extract<ChildMessage, { type: 'ready' | 'in-use' }>> {
    const { command, cwd } = commandOf(this.#options.program ?? defaultProgram());
    const child = spawn(process.execPath, command, { cwd, stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
    this.#child = child;
    let serving = false;
    let reason = '';
    let endWatch = (): void => {};
    const hung = (): void => {
      reason = 'it answered nothing any more, as on a full disk: see that its folder has room';
      child.kill('SIGKILL');
    };
    return new Promise((resolveStart, reject) => {
      child.once('error', reject);
      const slow = setTimeout(() => {
        reason = `not ready after ${START_WITHIN_MS / 1000} s`;
        child.kill('SIGKILL');
      }, START_WITHIN_MS);
      child.on('message', (raw) => {
        const heard = childMessage.parse(raw);
        if (heard.type === 'failed') reason = heard.message;
        else if (heard.type === 'ready' || heard.type === 'in-use') {
          clearTimeout(slow);
          serving = heard.type === 'ready';
          if (serving) {
            this.#port = heard.port;
            const ping = () => this.#ask((id) => ({ type: 'stats', id, reset: false }));
            endWatch = watchAnswers(ping, this.#options.hungAfterMs ?? HUNG_AFTER_MS, hung);
          }
          this.#readyAtMs = performance.now();
          resolveStart(heard);
        } else this.#settle(heard);
      });
      child.once('exit', (exitCode, signal) => {
        clearTimeout(slow);
        endWatch();
        const how = reason || (signal ? `killed by ${signal}` : `exit code ${exitCode}`);
        reject(new Error(`The embedded database in ${this.#dataDir} did not start: ${how}.`));
        this.#died(how, serving);
      });
      const { dumpFile = null, idleInTransactionMs = 30_000 } = this.#options;
      const fresh = { dumpFile, idleInTransactionMs };
      this.#send({
        type: 'open',
        dataDir: this.#dataDir,
        port: this.#port,
        password: this.#password,
        ...fresh,
      });
    });
  }

  #died(how: string, serving: boolean): void {
    this.#child = null;
    for (const { reject } of this.#waiters.values()) reject(new Error(`The embedded database died: ${how}.`));
    this.#waiters.clear();
    if (this.#stopping || !serving) return;
    if (performance.now() - this.#readyAtMs > STABLE_AFTER_MS) this.#deaths = 0;
    this.#options.report?.(`The embedded database died (${how}); starting it again.`);
    this.#restartLater();
  }

  #restartLater(): void {
    const waitMs = Math.min(100 * 2 ** this.#deaths++, MAX_BACKOFF_MS);
    this.#restartTimer = setTimeout(() => {
      this.#launch().then(
        (answer) => {
          if (answer.type === 'ready') {
            this.#options.report?.('The embedded database runs again.');
            this.#options.onRestart?.();
          } else this.#restartFailed(inUseLine(this.#dataDir, answer));
        },
        (error: unknown) => this.#restartFailed(error instanceof Error ? error.message : String(error)),
      );
    }, waitMs);
  }

  #restartFailed(why: string): void {
    if (this.#stopping) return;
    this.#options.report?.(`${why} Trying again.`);
    this.#restartLater();
  }

  #reuse(inUse: Extract<ChildMessage, { type: 'in-use' }>): EmbeddedDatabase {
    const owner = readLock(lockPathOf(this.#dataDir));
    if (this.#options.whenInUse !== 'reuse' || inUse.busy || !owner)
      throw new Error(inUseLine(this.#dataDir, inUse));
    const foreign = () => Promise.reject(new Error('Another process runs this embedded database.'));
    const url = urlOf(owner.port, owner.secret);
    return { url, reused: true, pid: () => null, stats: foreign, dump: foreign, stop: async () => {} };
  }

  #send(message: ParentMessage): void {
    if (this.#child?.connected) this.#child.send(message, () => {});
  }

  #ask(build: (id: number) => ParentMessage): Promise<ChildMessage> {
    return new Promise((resolveAnswer, reject) => {
      if (!this.#child?.connected) return reject(new Error('The embedded database is not running.'));
      const id = ++this.#lastId;
      this.#waiters.set(id, { resolve: resolveAnswer, reject });
      this.#send(build(id));
    });
  }

  #settle(heard: Extract<ChildMessage, { id: number }>): void {
    this.#waiters.get(heard.id)?.resolve(heard);
    this.#waiters.delete(heard.id);
  }
}

function inUseLine(dataDir: string, inUse: { pid: number; busy: boolean }): string {
  const state = inUse.busy ? 'has it open but does not answer' : 'has it open';
  return `The database folder ${dataDir} is in use: process ${inUse.pid} ${state}. Stop that one, or set DATA_DIR to another folder.`;
}

/** Bundled, this module and the database program lie in one folder; else it is run from its source. */
function defaultProgram(): string {
  const here = dirname(fileURLToPath(import.meta.url));
  const bundled = join(here, 'database.js');
  return existsSync(bundled) ? bundled : join(here, '..', '..', '..', 'scripts', 'database.ts');
}

function commandOf(program: string): { command: string[]; cwd: string } {
  const cwd = dirname(dirname(program));
  if (!program.endsWith('.ts')) return { command: [program], cwd };
  const tsx = createRequire(import.meta.url).resolve('tsx');
  return { command: ['--import', pathToFileURL(tsx).href, program], cwd };
}
