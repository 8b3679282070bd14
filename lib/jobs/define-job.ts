import type { z } from 'zod';

/** What an event carries: small JSON, ids rather than positions or files. */
export type EventData = { [key: string]: string | number | boolean | null | readonly (string | number)[] };

/** An event to send. The same id twice makes one run of each job; without an id one is made. */
export type OutgoingEvent = { id?: string; name: string; data: EventData };

export type JobEvent<Data> = { id: string; name: string; data: Data };

/** The durable parts of a run. Side effects, clocks and random values belong inside a step. */
export type Step = {
  /**
   * Runs `work` once and keeps its JSON result: a run that starts again skips it. A crash between the effect and its
   * record repeats it, so `work` must bear that. Its result comes back as JSON gives it.
   */
  run<T>(id: string, work: () => Promise<T> | T): Promise<T>;
  /** Sends events and records that in the same transaction. */
  sendEvent(id: string, events: OutgoingEvent | readonly OutgoingEvent[]): Promise<void>;
};

/** What starts a run. (Schedules join here with the first job that needs one.) */
export type Trigger = { event: string };

/** What both runners offer and nothing more, so that no job works in one mode only. */
type JobParts<Data> = {
  id: string;
  /** Further attempts after the first, 0 to 20, counted per step. */
  retries: number;
  triggers: readonly Trigger[];
  /** At most `limit` runs at a time for each value of the property `key` of the event's data. */
  concurrency?: { key: string; limit: number };
  run(input: { event: JobEvent<Data>; step: Step }): Promise<unknown>;
  /** After the last attempt. May be repeated after a crash. */
  onFailure?(input: { event: JobEvent<Data>; error: Error }): Promise<void>;
};

export type Job = JobParts<unknown>;

/** Describes a job; `data` checks what its events carry, and bad data ends the run at once. */
export function defineJob<Data>(parts: JobParts<Data> & { data: z.ZodType<Data> }): Job {
  const parsed = (event: JobEvent<unknown>): JobEvent<Data> => {
    const result = parts.data.safeParse(event.data);
    if (!result.success)
      throw new NonRetriableError(
        `Event ${event.name} ${event.id} carries wrong data: ${result.error.message}`,
      );
    return { ...event, data: result.data };
  };
  const { onFailure } = parts;
  return {
    id: parts.id,
    retries: parts.retries,
    triggers: parts.triggers,
    ...(parts.concurrency ? { concurrency: parts.concurrency } : {}),
    run: async ({ event, step }) => parts.run({ event: parsed(event), step }),
    ...(onFailure
      ? { onFailure: async ({ event, error }) => onFailure({ event: parsed(event), error }) }
      : {}),
  };
}

/** A fault that trying again cannot mend: the run ends as failed at once. */
export class NonRetriableError extends Error {
  readonly code = 'non_retriable';
  constructor(message: string) {
    super(message);
    this.name = 'NonRetriableError';
  }
}

/** Compared by code: the module may be loaded more than once. */
export const isNonRetriable = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && error.code === 'non_retriable';
