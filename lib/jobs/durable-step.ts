import { randomUUID } from 'node:crypto';
import type { Db } from '@/lib/db/client';
import type { Lease, NewRun } from '@/lib/db/job-runs';
import { failStep, finishSendStep, finishStep } from '@/lib/db/job-steps';
import { patiently } from '@/lib/db/patience';
import { messageOf } from '@/lib/errors';
import type { OutgoingEvent, Step } from './define-job';
import { eventJson, stepJson } from './limits';

/** A claimed run at work. `halt` says why its next step must not begin. */
export type ActiveRun = {
  lease: Lease;
  /** Failed attempts of the present step. */
  attempt: number;
  halt: 'lost' | 'cancelled' | 'released' | null;
};

/** Ends a run from inside its steps; not a failure. */
export class RunHalted extends Error {
  constructor(readonly reason: 'lost' | 'cancelled' | 'released') {
    super(`The run was halted: ${reason}.`);
    this.name = 'RunHalted';
  }
}

export type StepParts = {
  db: Db;
  run: ActiveRun;
  finished: ReadonlyMap<string, unknown>;
  /** The runs that these events start. */
  runsFor(events: readonly { id: string; name: string; data: unknown }[]): NewRun[];
};

/** The step object of one run: results are kept under the run's lease, and finished steps are skipped. */
export function durableStep(parts: StepParts): Step {
  const { db, run } = parts;
  const used = new Set<string>();

  const begin = (id: string): string => {
    if (used.has(id)) throw new Error(`Two steps of one run share the id "${id}".`);
    used.add(id);
    if (run.halt) throw new RunHalted(run.halt);
    return new Date().toISOString();
  };
  const kept = (held: boolean): void => {
    if (!held) run.halt = 'lost';
    if (run.halt === 'lost') throw new RunHalted('lost');
    run.attempt = 0;
  };

  return {
    async run(id, work) {
      if (parts.finished.has(id)) return keptResult(parts.finished.get(id));
      const startedAt = begin(id);
      try {
        const json = stepJson(id, await work());
        kept(await patiently(() => finishStep(db, run.lease, { id, startedAt, json })));
        return keptResult(JSON.parse(json));
      } catch (error) {
        if (run.halt === null)
          await failStep(db, run.lease, { id, startedAt, error: messageOf(error) }).catch(() => false);
        throw error;
      }
    },
    async sendEvent(id, events) {
      if (parts.finished.has(id)) return;
      const startedAt = begin(id);
      const list = outgoing(events);
      kept(
        await patiently(() =>
          finishSendStep(db, run.lease, { id, startedAt }, list.map(withJson), parts.runsFor(list)),
        ),
      );
    },
  };
}

/** Events as a list, each with an id. */
export function outgoing(
  events: OutgoingEvent | readonly OutgoingEvent[],
): (OutgoingEvent & { id: string })[] {
  const list = isList(events) ? events : [events];
  return list.map((event) => ({ ...event, id: event.id ?? randomUUID() }));
}

const isList = (events: OutgoingEvent | readonly OutgoingEvent[]): events is readonly OutgoingEvent[] =>
  Array.isArray(events);

/** An event as it is written. */
export const withJson = (event: OutgoingEvent & { id: string }) => ({
  id: event.id,
  name: event.name,
  json: eventJson(event),
});

/** The wire between a step and its kept result: what `work` returned, once through JSON, under the same step id. */
function keptResult<T>(json: unknown): T {
  return json as T;
}
