import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { type OpenDatabase, openDatabase } from '@/lib/db/client';
import { defineJob, type Job, NonRetriableError } from '@/lib/jobs/define-job';
import { MAX_EVENT_BYTES, MAX_STEP_BYTES } from '@/lib/jobs/limits';
import { LocalQueue, type LocalQueueOptions } from '@/lib/jobs/local-queue';
import { testDatabases } from '../support/database';
import { until } from '../support/until';

const databases = await testDatabases();
const note = z.object({ note: z.string() });

describe.each(databases)('the local queue on $name', ({ url }) => {
  let open: OpenDatabase;
  const queues: LocalQueue[] = [];

  beforeAll(async () => {
    open = openDatabase(url);
    await open.sql`create table marks (id serial primary key, mark text not null)`;
  });
  afterEach(async () => {
    await Promise.all(queues.splice(0).map((queue) => queue.stop()));
    await open.sql`truncate marks, jobs, job_events, job_steps restart identity`;
  });
  afterAll(() => open.close());

  const mark = async (text: string): Promise<void> => {
    await open.sql`insert into marks (mark) values (${text})`;
  };
  const marks = async (): Promise<string[]> => {
    const rows = await open.sql<{ mark: string }[]>`select mark from marks order by id`;
    return rows.map((row) => row.mark);
  };
  const runs = () =>
    open.sql<{ id: string; status: string; attempt: number; error: string | null; event_id: string }[]>`
      select id, status, attempt, error, event_id from jobs order by id`;
  const queueOf = (jobs: Job[], options: Partial<LocalQueueOptions> = {}): LocalQueue => {
    const queue = new LocalQueue({
      db: open.db,
      sql: open.sql,
      jobs,
      alone: false,
      pollMs: 20,
      backoffScale: 0.0005,
      ...options,
    });
    queues.push(queue);
    return queue;
  };
  const allOver = (count: number) =>
    until(`${count} runs are over`, async () => {
      const rows = await runs();
      return rows.length === count && rows.every((row) => ['done', 'failed'].includes(row.status))
        ? rows
        : null;
    });

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
    const [row] = await open.sql`select output from jobs`;
    expect(row?.output).toEqual({ a: { length: 5 }, b: 'nothing' });
    expect(await open.sql`select step_id from job_steps order by step_id`).toEqual([
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
    const steps = await open.sql`select step_id, attempts, error from job_steps order by step_id`;
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
    const [step] = await open.sql`select result, attempts from job_steps where step_id = 'work'`;
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
    await open.sql`update jobs set status = 'running', attempt = 2, owner = 'dead', lease_until = now() + interval '1 h'`;
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
    const work = open.db.transaction(async (tx) => {
      await queue.send({ name: 'never/go', data: { note: '' } }, tx);
      throw new Error('changed my mind');
    });
    await expect(work).rejects.toThrow('changed my mind');
    expect(await runs()).toHaveLength(0);
  });
});
