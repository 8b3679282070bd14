import { raceTask } from '@/lib/contracts/demo-race';
import { demoEvent, importEvent, readResult, sessionEvent } from '@/lib/contracts/jobs';
import { type ImportRow, importById } from '@/lib/db/imports';
import { patiently } from '@/lib/db/patience';
import type { WorkerTasks } from '@/lib/jobs/worker-thread';
import { simulateRace } from '@/lib/simulator/race';
import type { WorkerContext } from './context';
import { makeDemo } from './demo-maker';
import { detect } from './import/detect';
import { readFile } from './import/read-file';
import { recompute } from './recompute';

const importTask = importEvent.pick({ import_id: true });

/** What the worker thread can do: everything that computes for long. */
export function workerTasks(ctx: WorkerContext): WorkerTasks {
  const rowOf = async (input: unknown): Promise<ImportRow> => {
    const { import_id } = importTask.parse(input);
    const row = await patiently(() => importById(ctx.db, import_id));
    if (!row) throw new Error(`Import ${import_id} is gone.`);
    return row;
  };
  return {
    'import-read': async (input, progress) => readFile(ctx, await rowOf(input), progress),
    'import-detect': async (input, progress) => {
      const row = await rowOf(input);
      const read = readResult.parse(Object(input).read);
      if (read.kind !== 'recording') throw new Error(`Import ${row.id} is not a recording.`);
      return detect(ctx, row, read, progress);
    },
    recompute: (input) => recompute(ctx, sessionEvent.parse(input).session_id),
    demo: (input) => {
      const { demo, start_ms, owner_id } = demoEvent.parse(input);
      return makeDemo(ctx, demo, start_ms, owner_id);
    },
    'demo-race': async (input) => {
      const { entries, ...race } = simulateRace(raceTask.parse(input).seed, { startMs: 0 });
      return { ...race, entries: entries.map(({ truth: _, ...entry }) => entry) };
    },
  };
}
