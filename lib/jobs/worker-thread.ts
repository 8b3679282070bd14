import { parentPort } from 'node:worker_threads';
import { messageOf } from '@/lib/errors';
import { type WorkerReply, workerRequest } from './worker-messages';

/** The worker's tasks by name; `progress` may be called as often as convenient. */
export type WorkerTasks = Record<
  string,
  (input: unknown, progress: (data: unknown) => void) => Promise<unknown>
>;

const PROGRESS_EVERY_MS = 100;

/** Serves tasks to the main thread; the worker program's last call. */
export function serveTasks(tasks: WorkerTasks): void {
  const port = parentPort;
  if (!port) throw new Error('This program runs only as a worker thread.');
  const say = (reply: WorkerReply): void => port.postMessage(reply);
  port.on('message', (message: unknown) => {
    const { id, task, input } = workerRequest.parse(message);
    const work = tasks[task];
    const running = work
      ? work(
          input,
          throttled((data) => say({ type: 'progress', id, data })),
        )
      : Promise.reject(new Error(`The worker knows no task ${task}.`));
    running.then(
      (result) => say({ type: 'done', id, result }),
      (error: unknown) =>
        say({ type: 'failed', id, message: messageOf(error), code: codeOf(error), line: lineOf(error) }),
    );
  });
}

function throttled(say: (data: unknown) => void): (data: unknown) => void {
  let lastMs = Number.NEGATIVE_INFINITY;
  return (data) => {
    const now = performance.now();
    if (now - lastMs < PROGRESS_EVERY_MS) return;
    lastMs = now;
    say(data);
  };
}

const codeOf = (error: unknown): string | null =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : null;

const lineOf = (error: unknown): number | null =>
  error instanceof Error && 'line' in error && typeof error.line === 'number' ? error.line : null;
