import { workerData } from 'node:worker_threads';
import { serveTasks } from '@/lib/jobs/worker-thread';

/** Tasks that go well and badly, to test the host of the worker thread. */
serveTasks({
  echo: async (input) => ({ input, workerData }),
  steps: async (_input, progress) => {
    for (let step = 0; step < 1000; step++) progress({ step });
    return 'done';
  },
  fail: async () => {
    throw Object.assign(new Error('line 7 is no fix'), { code: 'bad_file', line: 7 });
  },
  exit: async () => process.exit(3),
  crash: () =>
    new Promise(() => {
      setImmediate(() => {
        throw new Error('a fault outside of the task');
      });
    }),
  hoard: async () => {
    const hoard: object[] = [];
    for (;;) hoard.push({ row: hoard.length, text: `row ${hoard.length}` });
  },
  hang: () => new Promise(() => {}),
});
