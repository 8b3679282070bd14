import { afterEach, expect, test } from 'vitest';
import { type CpuWorker, openWorker } from '@/lib/jobs/worker-host';
import { bundled } from '../support/product';

const file = await bundled('test/support/rough-worker.ts');
let worker: CpuWorker = openWorker({ file, data: null });

afterEach(async () => {
  await worker.stop();
  worker = openWorker({ file, data: { from: 'the test' }, maxHeapMb: 32 });
});

test('runs tasks one after the other and hands over its data', async () => {
  await worker.stop();
  worker = openWorker({ file, data: { from: 'the test' } });
  const [first, second] = await Promise.all([worker.run('echo', 1), worker.run('echo', { two: 2 })]);
  expect(first).toEqual({ input: 1, workerData: { from: 'the test' } });
  expect(second).toEqual({ input: { two: 2 }, workerData: { from: 'the test' } });
});

test('relays progress, but not each step of a quick task', async () => {
  const heard: unknown[] = [];
  expect(await worker.run('steps', null, (data) => heard.push(data))).toBe('done');
  expect(heard[0]).toEqual({ step: 0 });
  expect(heard.length).toBeLessThan(20);
});

test('a fault of a task keeps its message, code and line, and the thread goes on', async () => {
  await expect(worker.run('fail', null)).rejects.toMatchObject({
    message: 'line 7 is no fix',
    code: 'bad_file',
    line: 7,
  });
  await expect(worker.run('nothing', null)).rejects.toThrow('The worker knows no task nothing');
  expect(await worker.run('echo', 1)).toMatchObject({ input: 1 });
});

test.each([
  ['exit', /ended in the middle of its work/],
  ['crash', /a fault outside of the task/],
  ['hoard', /needs more than 32 MB of memory/],
])('a thread that dies by %s fails its task alone; the next gets a new thread', async (task, says) => {
  const [dying, waiting] = await Promise.allSettled([worker.run(task, null), worker.run('echo', 'next')]);
  expect(dying.status === 'rejected' && String(dying.reason)).toMatch(says);
  expect(waiting).toMatchObject({ status: 'fulfilled', value: { input: 'next' } });
});

test('a stop ends the task at work and those that wait', async () => {
  const tasks = Promise.allSettled([worker.run('hang', null), worker.run('echo', 1)]);
  await worker.stop();
  for (const task of await tasks)
    expect(task.status === 'rejected' && String(task.reason)).toContain('The server is stopping');
  await expect(worker.run('echo', 1)).rejects.toThrow('The server is stopping');
});
