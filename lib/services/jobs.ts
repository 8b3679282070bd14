import { demoEvent, devicesEvent, importEvent, sessionEvent, upkeepEvent } from '@/lib/contracts/jobs';
import { purgeLogins } from '@/lib/db/logins';
import { defineJob, type Job } from '@/lib/jobs/define-job';
import type { ServiceContext } from './context';
import { tellImport } from './import/progress';
import { failImport } from './import/publish';
import { beginImport, detectImport, readImport, showImport } from './imports';
import { retireLogs } from './logs';
import { purgeDevice } from './purge';
import { UPKEEP_EVENT } from './upkeep';

/** Every job of the product. `ctx` is asked for when a job runs: the queue is itself a part of it. */
export function jobsOf(ctx: () => ServiceContext, settings: { logRetentionDays: number }): Job[] {
  return [
    importFile(ctx),
    recomputeSession(ctx),
    purgeDevices(ctx),
    makeDemo(ctx),
    tidyUp(ctx, settings.logRetentionDays),
  ];
}

const importFile = (ctx: () => ServiceContext): Job =>
  defineJob({
    id: 'import-file',
    retries: 4,
    triggers: [{ event: 'import/accepted' }],
    concurrency: { key: 'queue', limit: 1 },
    data: importEvent,
    async run({ event, step }) {
      const id = event.data.import_id;
      if ((await step.run('begin', () => beginImport(ctx(), id))) === 'over') return;
      const read = await step.run('read', () => readImport(ctx(), id));
      if (!read) return;
      const found = await step.run('detect', () => detectImport(ctx(), id, read));
      await step.run('publish', () => showImport(ctx(), id, read, found));
    },
    async onFailure({ event, error }) {
      await failImport(ctx(), event.data.import_id, error.message);
      await tellImport(ctx(), event.data.import_id);
    },
  });

const recomputeSession = (ctx: () => ServiceContext): Job =>
  defineJob({
    id: 'recompute-session',
    retries: 3,
    triggers: [{ event: 'session/recompute' }],
    concurrency: { key: 'session_id', limit: 1 },
    data: sessionEvent,
    run: ({ event, step }) => step.run('compute', () => ctx().worker.run('recompute', event.data)),
  });

const purgeDevices = (ctx: () => ServiceContext): Job =>
  defineJob({
    id: 'purge-devices',
    retries: 5,
    triggers: [{ event: 'devices/condemned' }],
    data: devicesEvent,
    async run({ event, step }) {
      for (const id of event.data.device_ids) await step.run(`device-${id}`, () => purgeDevice(ctx(), id));
    },
  });

const makeDemo = (ctx: () => ServiceContext): Job =>
  defineJob({
    id: 'make-demo',
    retries: 2,
    triggers: [{ event: 'demo/wanted' }],
    data: demoEvent,
    run: ({ event, step }) => step.run('make', () => ctx().worker.run('demo', event.data)),
  });

/** Once a day: what is kept for a time only. */
const tidyUp = (ctx: () => ServiceContext, days: number): Job =>
  defineJob({
    id: 'tidy-up',
    retries: 3,
    triggers: [{ event: UPKEEP_EVENT }],
    data: upkeepEvent,
    async run({ event, step }) {
      await step.run('logins', () => purgeLogins(ctx().db));
      await step.run('logs', () => retireLogs(ctx(), { days, nowMs: Date.parse(event.data.day) }));
    },
  });
