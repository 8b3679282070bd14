import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { defineJob } from '@/lib/jobs/define-job';
import { testDatabases } from '../support/database';
import { queueTools } from '../support/queue-tools';
import { until } from '../support/until';

const databases = await testDatabases();
const note = z.object({ note: z.string() });

describe.each(databases)('several queues and restarts on $name', ({ url }) => {
  const { database, mark, marks, runs, queueOf, allOver } = queueTools(url);

  test('gives a run back when it stops; the next queue goes on where it was', async () => {
    let arrived: () => void = () => {};
    const inSecond = new Promise<void>((resolve) => {
      arrived = resolve;
    });
    let hang = true;
    const job = defineJob({
      id: 'long',
      retries: 0,
      triggers: [{ event: 'long/go' }],
      data: note,
      async run({ step }) {
        await step.run('first', () => mark('first'));
        await step.run('second', async () => {
          arrived();
          if (hang) await new Promise(() => {});
          await mark('second');
        });
      },
    });
    const one = queueOf([job]);
    await one.start();
    await one.send({ name: 'long/go', data: { note: '' } });
    await inSecond;
    await one.stop(50);
    expect((await runs())[0]).toMatchObject({ status: 'queued', attempt: 0 });
    hang = false;
    await queueOf([job]).start();
    await allOver(1);
    expect(await marks()).toEqual(['first', 'second']);
  });

  test('a holder whose lease ran out writes nothing more; another takes over and counts an attempt', async () => {
    let arrived: () => void = () => {};
    const working = new Promise<void>((resolve) => {
      arrived = resolve;
    });
    let release: () => void = () => {};
    const released = new Promise<void>((resolve) => {
      release = resolve;
    });
    let times = 0;
    const job = defineJob({
      id: 'slow',
      retries: 1,
      triggers: [{ event: 'slow/go' }],
      data: note,
      async run({ step }) {
        await step.run('work', async () => {
          if (times++ > 0) return 'taken over';
          arrived();
          await released;
          return 'too late';
        });
        await step.run('after', () => mark('after'));
      },
    });
    const dead = queueOf([job], { leaseS: 0.2 });
    await dead.start();
    await dead.send({ name: 'slow/go', data: { note: '' } });
    await working;
    const next = queueOf([job]);
    await next.start();
    await allOver(1);
    release();
    await until('the first holder noticed', () => dead.activeCount === 0);
    expect(await marks()).toEqual(['after']);
    const [step] = await database().sql`select result, attempts from job_steps where step_id = 'work'`;
    expect(step?.result).toBe('taken over');
  });

  test('a run that keeps killing its process ends as failed instead of looping', async () => {
    const job = defineJob({
      id: 'deadly',
      retries: 2,
      triggers: [{ event: 'deadly/go' }],
      data: note,
      run: () => mark('started'),
      onFailure: ({ error }) => mark(error.message),
    });
    const queue = queueOf([job], { alone: true });
    await queue.send({ name: 'deadly/go', data: { note: '' } });
    await database()
      .sql`update jobs set status = 'running', attempt = 2, owner = 'dead', lease_until = now() + interval '1 h'`;
    await queue.start();
    const [run] = await allOver(1);
    expect(run?.status).toBe('failed');
    expect(await marks()).toEqual(['The process that ran it ended without a word, several times.']);
  });

  test('two queues share many runs without doing one twice', async () => {
    const job = defineJob({
      id: 'shared',
      retries: 0,
      triggers: [{ event: 'shared/go' }],
      data: note,
      run: ({ event, step }) => step.run('only', () => mark(event.data.note)),
    });
    const [a, b] = [queueOf([job]), queueOf([job])];
    await Promise.all([a.start(), b.start()]);
    const names = Array.from({ length: 40 }, (_, index) => `n${index}`);
    await a.send(names.map((name) => ({ name: 'shared/go', data: { note: name } })));
    await allOver(40);
    expect((await marks()).sort()).toEqual([...names].sort());
  });

  test('an event sent in a transaction that fails starts nothing', async () => {
    const job = defineJob({
      id: 'never',
      retries: 0,
      triggers: [{ event: 'never/go' }],
      data: note,
      run: () => mark('ran'),
    });
    const queue = queueOf([job]);
    const work = database().db.transaction(async (tx) => {
      await queue.send({ name: 'never/go', data: { note: '' } }, tx);
      throw new Error('changed my mind');
    });
    await expect(work).rejects.toThrow('changed my mind');
    expect(await runs()).toHaveLength(0);
  });
});
