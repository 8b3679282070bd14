import { NonRetriableError, type OutgoingEvent } from './define-job';

/** The limits of a real Inngest server, held here too: nothing may pass locally and fail there. */
export const MAX_EVENT_BYTES = 512 * 1024;
export const MAX_STEP_BYTES = 4 * 1024 * 1024;

/** Seconds before the second, third, … attempt: the real server's table; its last entry repeats. */
const BACKOFF_S = [15, 30, 60, 120, 300, 600, 1200, 2400, 3600, 7200];
const JITTER_S = 30;

/** Milliseconds until attempt `failed` + 1. `chance` is a random number in [0, 1). */
export function backoffMs(failed: number, scale: number, chance: number): number {
  const seconds = BACKOFF_S[Math.min(Math.max(failed, 1), BACKOFF_S.length) - 1] ?? 0;
  return (seconds + JITTER_S * chance) * 1000 * scale;
}

/** The JSON of a step's result; undefined counts as null. */
export function stepJson(stepId: string, result: unknown): string {
  const json = JSON.stringify(result) ?? 'null';
  if (json.length > MAX_STEP_BYTES)
    throw new NonRetriableError(
      `Step ${stepId} returned ${json.length} bytes; at most ${MAX_STEP_BYTES} can be kept. Return ids, not data.`,
    );
  return json;
}

/** The JSON of an event's data. */
export function eventJson(event: OutgoingEvent): string {
  const json = JSON.stringify(event.data);
  if (json.length > MAX_EVENT_BYTES)
    throw new NonRetriableError(
      `Event ${event.name} carries ${json.length} bytes; at most ${MAX_EVENT_BYTES} fit. Send ids, not data.`,
    );
  return json;
}
