import type { Db } from '@/lib/db/client';
import type { ClaimedRun, RunEnd } from '@/lib/db/job-runs';
import { finishedSteps } from '@/lib/db/job-steps';
import { patiently } from '@/lib/db/patience';
import { messageOf } from '@/lib/errors';
import { isNonRetriable, type Job } from './define-job';
import { type ActiveRun, durableStep, type StepParts } from './durable-step';
import { backoffMs, stepJson } from './limits';

/** How often onFailure itself is tried before the run is given up. */
const FAILURE_TRIES = 5;

export type ExecuteParts = { db: Db; runsFor: StepParts['runsFor']; backoffScale: number };

/** Runs one claimed run to its next end. null = the lease was lost and there is nothing to write. */
export async function executeRun(
  job: Job,
  claim: ClaimedRun,
  run: ActiveRun,
  parts: ExecuteParts,
): Promise<RunEnd | null> {
  if (claim.attempt > job.retries) {
    const why = claim.error ?? 'The process that ran it ended without a word, several times.';
    return failRun(job, claim, run, new Error(why), parts);
  }
  try {
    const finished = await patiently(() => finishedSteps(parts.db, claim.id));
    const step = durableStep({ db: parts.db, run, finished, runsFor: parts.runsFor });
    const output = await job.run({ event: claim.event, step });
    return run.halt === 'lost' ? null : { status: 'done', outputJson: stepJson(job.id, output) };
  } catch (error) {
    if (run.halt === 'lost') return null;
    if (run.halt === 'released') return { status: 'queued' };
    if (run.halt === 'cancelled') {
      run.attempt = job.retries;
      return { ...(await failRun(job, claim, run, new Error('Cancelled.'), parts)), ...CANCELLED };
    }
    run.attempt += 1;
    if (isNonRetriable(error) || run.attempt > job.retries)
      return failRun(job, claim, run, new Error(messageOf(error)), parts);
    return retry(run.attempt, error, parts);
  }
}

const CANCELLED = { status: 'cancelled', error: 'Cancelled.' } as const;

function retry(attempt: number, error: unknown, parts: ExecuteParts) {
  const afterMs = backoffMs(attempt, parts.backoffScale, Math.random());
  return { status: 'retrying' as const, attempt, error: messageOf(error), afterMs };
}

/** onFailure comes before the run is marked, so that a crash between the two repeats it rather than loses it. */
async function failRun(job: Job, claim: ClaimedRun, run: ActiveRun, error: Error, parts: ExecuteParts) {
  const attempt = Math.max(run.attempt, job.retries + 1);
  try {
    await job.onFailure?.({ event: claim.event, error });
  } catch (fault) {
    if (attempt <= job.retries + FAILURE_TRIES) return retry(attempt + 1, error, parts);
    const both = `${error.message} (and its clean-up failed: ${messageOf(fault)})`;
    return { status: 'failed' as const, attempt, error: both };
  }
  return { status: 'failed' as const, attempt, error: error.message };
}
