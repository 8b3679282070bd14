import { z } from 'zod';
import { id, listQuery } from '@/lib/contracts/common';
import { demoRaceCreate, demoRaceCreated } from '@/lib/contracts/demo-race';
import {
  health,
  jobFilter,
  jobList,
  systemDetail,
  systemStatus as systemStatusShape,
} from '@/lib/contracts/system';
import { runtime } from '@/lib/runtime';
import { createDemo } from '@/lib/services/demo';
import { startDemoRace } from '@/lib/services/demo-race';
import { getHealth } from '@/lib/services/health';
import { listJobs } from '@/lib/services/job-list';
import { systemStatus } from '@/lib/services/status';
import { getSystem } from '@/lib/services/system';
import { systemQuestion } from '../machine';
import { operation } from '../operation';

export const getStatusOperation = operation('getStatus', {
  method: 'GET',
  path: '/api/v1/status',
  summary: 'How the server does',
  description: 'Needs no login.',
  action: systemStatus.action,
  answer: systemStatusShape,
  fn: ({ ctx }) => systemStatus(ctx, { facts: runtime().facts, nowMs: Date.now() }),
});

export const getHealthOperation = operation('getHealth', {
  method: 'GET',
  path: '/api/v1/health',
  summary: 'Whether the server can do its work',
  description: 'Needs no login. 503 with the same answer while the database is away.',
  action: getHealth.action,
  answer: health,
  async fn({ ctx }) {
    const now = await getHealth(ctx, { facts: runtime().facts, nowMs: Date.now() });
    const headers = { 'Cache-Control': 'no-store' };
    return now.database.ok ? now : Response.json(now, { status: 503, headers });
  },
});

export const listJobsOperation = operation('listJobs', {
  method: 'GET',
  path: '/api/v1/jobs',
  summary: 'Runs of jobs, the newest first',
  action: listJobs.action,
  query: listQuery.extend(jobFilter.shape),
  answer: jobList,
  fn: ({ ctx, query }) => listJobs(ctx, query),
});

export const createDemoOperation = operation('createDemo', {
  method: 'POST',
  path: '/api/v1/demo',
  summary: 'Make the simulated demo session',
  action: createDemo.action,
  answer: z.object({ job_id: id.nullable() }),
  status: 202,
  fn: ({ ctx }) => createDemo(ctx, { key: crypto.randomUUID(), nowMs: Date.now() }),
});

export const startDemoRaceOperation = operation('startDemoRace', {
  method: 'POST',
  path: '/api/v1/demo/race',
  summary: 'Start a simulated race as a live session',
  description: 'One at a time: 409 while one runs, with a Link to it. It ends by itself.',
  action: startDemoRace.action,
  body: demoRaceCreate,
  answer: demoRaceCreated,
  status: 201,
  fn: ({ ctx, body }) => startDemoRace(ctx, body),
});

export const getSystemOperation = operation('getSystem', {
  method: 'GET',
  path: '/api/v1/admin/system',
  summary: 'Health, versions, memory, disk, jobs and settings',
  description: 'Of a secret setting it says only whether it is set.',
  action: getSystem.action,
  answer: systemDetail,
  fn: ({ ctx }) => getSystem(ctx, systemQuestion()),
});
