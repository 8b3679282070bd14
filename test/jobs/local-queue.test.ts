import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { defineJob, NonRetriableError } from '@/lib/jobs/define-job';
import { MAX_EVENT_BYTES, MAX_STEP_BYTES } from '@/lib/jobs/limits';
import { testDatabases } from '../support/database';
import { queueTools } from '../support/queue-tools';

const databases = await testDatabases();
const note = z.object({ note: z.string() });

describe.each(databases)('the local queue on $name', ({ url }) => {
  const { database, mark, marks, queueOf, allOver } = queueTools(url);

  test('runs three steps in order and keeps their results and the output', async () => {
    const job = defineJob({
      id: 'three-steps',
      retries: 0,
      triggers: [{ event: 'three/go' }],
      data: note,
      async run({ event, step }) {
        const a = await step.run('a', async () => {
          await mark(`a ${event.data.note}`);
          return { length: event.data.note.length };
        });
        const b = await step.run('b', () => mark('b'));
        await step.run('c', () => mark('c'));
        return { a, b: b ?? 'nothing' };
      },
    });
    const queue = queueOf([job]);
    await queue.start();
    await queue.send({ name: 'three/go', data: { note: 'hello' } });
    const [run] = await allOver(1);
    expect(run?.status).toBe('done');
    expect(await marks()).toEqual(['a hello', 'b', 'c']);
    const [row] = await database().sql`select output from jobs`;
    expect(row?.output).toEqual({ a: { length: 5 }, b: 'nothing' });
    expect(await database().sql`select step_id from job_steps order by step_id`).toEqual([
      { step_id: 'a' },
      { step_id: 'b' },
      { step_id: 'c' },
    ]);
  });

  test('tries a failing step again without repeating the finished one, and counts attempts per step', async () => {
    let failures = 0;
    const job = defineJob({
      id: 'flaky',
      retries: 2,
      triggers: [{ event: 'flaky/go' }],
      data: note,
      async run({ step }) {
        await step.run('first', async () => {
          if (failures++ < 2) throw new Error('not yet');
          await mark('first');
        });
        await step.run('second', async () => {
          if (failures++ < 5) throw new Error('not yet either');
          await mark('second');
        });
      },
    });
    const queue = queueOf([job]);
    await queue.start();
    await queue.send({ name: 'flaky/go', data: { note: '' } });
    const [run] = await allOver(1);
    expect(run?.status).toBe('done');
    expect(await marks()).toEqual(['first', 'second']);
    const steps = await database().sql`select step_id, attempts, error from job_steps order by step_id`;
    expect(steps).toEqual([
      { step_id: 'first', attempts: 3, error: null },
      { step_id: 'second', attempts: 3, error: null },
    ]);
  });

  test('sends events from a step; the same event id twice makes one run', async () => {
    const parent = defineJob({
      id: 'parent',
      retries: 0,
      triggers: [{ event: 'parent/go' }],
      data: note,
      async run({ step }) {
        const children = ['x', 'y'].map((id) => ({
          id: `child-${id}`,
          name: 'child/go',
          data: { note: id },
        }));
        await step.sendEvent('fan-out', children);
      },
    });
    const child = defineJob({
      id: 'child',
      retries: 0,
      triggers: [{ event: 'child/go' }],
      data: note,
      run: ({ event, step }) => step.run('only', () => mark(`child ${event.data.note}`)),
    });
    const queue = queueOf([parent, child]);
    await queue.start();
    await queue.send({ id: 'one', name: 'parent/go', data: { note: '' } });
    await queue.send({ id: 'one', name: 'parent/go', data: { note: '' } });
    await queue.send({ id: 'two', name: 'parent/go', data: { note: '' } });
    await allOver(4);
    expect((await marks()).sort()).toEqual(['child x', 'child y']);
  });

  test('runs one at a time for each concurrency key, others beside it', async () => {
    let busy = 0;
    let most = 0;
    let gate: () => void = () => {};
    const opened = new Promise<void>((resolve) => {
      gate = resolve;
    });
    const job = defineJob({
      id: 'keyed',
      retries: 0,
      triggers: [{ event: 'keyed/go' }],
      concurrency: { key: 'note', limit: 1 },
      data: note,
      run: ({ event, step }) =>
        step.run('work', async () => {
          if (event.data.note === 'b') gate();
          else {
            most = Math.max(most, ++busy);
            await opened;
            busy--;
          }
        }),
    });
    const queue = queueOf([job]);
    await queue.start();
    await queue.send(['a', 'a', 'a', 'b'].map((key) => ({ name: 'keyed/go', data: { note: key } })));
    await allOver(4);
    expect(most).toBe(1);
  });

  test('ends at once on a fault that cannot be mended, and cleans up once', async () => {
    const job = defineJob({
      id: 'hopeless',
      retries: 5,
      triggers: [{ event: 'hopeless/go' }],
      data: note,
      run: ({ step }) =>
        step.run('only', async () => {
          await mark('tried');
          throw new NonRetriableError('The file is empty.');
        }),
      onFailure: ({ event, error }) => mark(`clean-up ${event.data.note}: ${error.message}`),
    });
    const queue = queueOf([job]);
    await queue.start();
    await queue.send({ name: 'hopeless/go', data: { note: 'n' } });
    const [run] = await allOver(1);
    expect(run).toMatchObject({ status: 'failed', error: 'The file is empty.' });
    expect(await marks()).toEqual(['tried', 'clean-up n: The file is empty.']);
  });

  test('gives up after the last attempt and repeats a clean-up that failed', async () => {
    let cleanups = 0;
    const job = defineJob({
      id: 'stubborn',
      retries: 1,
      triggers: [{ event: 'stubborn/go' }],
      data: note,
      run: ({ step }) =>
        step.run('only', async () => {
          await mark('tried');
          throw new Error('no luck');
        }),
      onFailure: async () => {
        if (cleanups++ === 0) throw new Error('the broom broke');
        await mark('clean');
      },
    });
    const queue = queueOf([job]);
    await queue.start();
    await queue.send({ name: 'stubborn/go', data: { note: '' } });
    const [run] = await allOver(1);
    expect(run).toMatchObject({ status: 'failed', error: 'no luck' });
    expect(await marks()).toEqual(['tried', 'tried', 'clean']);
  });

  test('refuses event data that do not fit the job, once and clearly', async () => {
    const job = defineJob({
      id: 'picky',
      retries: 3,
      triggers: [{ event: 'picky/go' }],
      data: note,
      run: () => mark('ran'),
    });
    const queue = queueOf([job]);
    await queue.start();
    await queue.send({ id: 'bad', name: 'picky/go', data: { note: 7 } });
    const [run] = await allOver(1);
    expect(run?.status).toBe('failed');
    expect(run?.error).toContain('Event picky/go bad carries wrong data');
    expect(await marks()).toEqual([]);
  });

  test('refuses events and step results beyond the limits of a real server', async () => {
    const job = defineJob({
      id: 'large',
      retries: 3,
      triggers: [{ event: 'large/go' }],
      data: note,
      run: ({ step }) => step.run('only', () => 'x'.repeat(MAX_STEP_BYTES)),
    });
    const queue = queueOf([job]);
    const large = { name: 'large/go', data: { note: 'x'.repeat(MAX_EVENT_BYTES) } };
    await expect(queue.send(large)).rejects.toThrow('Send ids, not data');
    await queue.start();
    await queue.send({ name: 'large/go', data: { note: '' } });
    const [run] = await allOver(1);
    expect(run?.error).toContain('Return ids, not data');
  });
});
