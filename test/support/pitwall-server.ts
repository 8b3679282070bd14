import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const root = join(import.meta.dirname, '..', '..');

export type PitwallServer = { url: string; dataDir: string; log(): string; stop(): Promise<void> };

/** The built server as people run it, on a free port and a data folder of its own. `settings`: more environment. */
export async function startPitwall(settings: Record<string, string> = {}): Promise<PitwallServer> {
  const program = join(root, 'dist', 'start.js');
  if (!existsSync(program) || !existsSync(join(root, '.next', 'BUILD_ID')))
    throw new Error('The server is not built: run `npm test`, which builds it first.');
  const dataDir = mkdtempSync(join(tmpdir(), 'pitwall-e2e-'));
  const child = spawn(process.execPath, [program], {
    cwd: root,
    env: {
      ...process.env,
      HOST: '127.0.0.1',
      PORT: '0',
      DATA_DIR: dataDir,
      DATABASE_URL: '',
      NODE_ENV: 'production',
      // Its import takes seconds; who looks at it asks for it.
      DEMO: '0',
      ...settings,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const lines: string[] = [];
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (text) => lines.push(String(text)));
  const url = await readyUrl(child, lines);
  return {
    url,
    dataDir,
    log: () => lines.join(''),
    async stop() {
      const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
      if (child.exitCode === null) {
        child.kill('SIGTERM');
        await ended;
      }
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}

function readyUrl(child: ChildProcess, lines: string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    child.stdout?.on('data', () => {
      const found = /ready: (http:\/\/\S+)/.exec(lines.join(''))?.[1];
      if (found) resolve(found);
    });
    child.once('exit', (code) => reject(new Error(`The server ended with ${code}:\n${lines.join('')}`)));
  });
}

/** What `npm run -s laps -- --json …` prints. */
export async function lapsCommand(...args: string[]): Promise<LapsOutput> {
  const { stdout } = await promisify(execFile)(
    process.execPath,
    [join(root, 'dist', 'laps.js'), '--json', ...args],
    {
      maxBuffer: 64e6,
    },
  );
  return JSON.parse(stdout);
}

/** The documented output of the laps command, as far as the browser tests read it. */
export type LapsOutput = {
  files: {
    devices: {
      bestMs: number | null;
      optimumMs: number | null;
      laps: {
        number: number;
        class: string;
        timeMs: number;
        uncertaintyMs: number | null;
        sectors: { number: number; timeMs: number | null }[];
      }[];
    }[];
  }[];
};
