import { spawn } from 'node:child_process';

/**
 * Runs a Node program, passes signals on, and resolves to its exit code (128 + number for a signal's).
 * @param {{ root: string, env: Record<string, string | undefined>, args: string[], stdio?: import('node:child_process').StdioOptions }} options
 * @returns {Promise<number>}
 */
export function run({ root, env, args, stdio = 'inherit' }) {
  const child = spawn(process.execPath, args, { cwd: root, env, stdio });
  const pass = (/** @type {NodeJS.Signals} */ signal) => child.kill(signal);
  const signals = /** @type {NodeJS.Signals[]} */ (['SIGINT', 'SIGTERM', 'SIGHUP']);
  for (const signal of signals) process.on(signal, pass);
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (exitCode, signal) => {
      for (const name of signals) process.removeListener(name, pass);
      resolve(exitCode ?? (signal === 'SIGINT' ? 130 : 143));
    });
  });
}
