import type { ImportItem } from '@/lib/contracts/imports';
import { type TaskProgress, taskProgress } from '@/lib/contracts/jobs';
import { type ImportRow, type ImportWithResult, importWithResult, updateProgress } from '@/lib/db/imports';
import { messageOf } from '@/lib/errors';
import type { ServiceContext } from '../context';
import { isoOf } from '../instants';

/** Topic of the bus on which every change of an import is told. */
export const IMPORTS_TOPIC = 'imports';
/** How often progress is written down; the bus hears all of it. */
const KEEP_EVERY_MS = 500;

export function importItemOf(row: ImportRow & Partial<ImportWithResult>): ImportItem {
  const { laps = 0, bestMs = null, track = null, fixes = 0 } = row;
  const hasResult = row.status === 'done' && fixes > 0;
  return {
    id: row.id,
    batch: row.batch,
    file: row.file,
    bytes: row.bytes,
    status: row.status,
    phase: row.phase,
    progress: row.progress,
    message: row.message,
    line: row.line,
    session_id: row.sessionId,
    created_at: isoOf(row.createdAt),
    result: hasResult ? { laps, best_ms: bestMs, track, fixes } : null,
  };
}

/** Whether a message of the topic is about an import of this batch. */
export const isOfBatch = (data: unknown, batch: string): boolean =>
  typeof data === 'object' && data !== null && 'batch' in data && data.batch === batch;

/** Tells the import as it stands now. */
export async function tellImport(ctx: ServiceContext, id: number): Promise<void> {
  const row = await importWithResult(ctx.db, id);
  if (row) ctx.bus.publish(IMPORTS_TOPIC, importItemOf(row));
}

/** Passes the worker's progress of one import on to whoever watches, and writes it down now and then. */
export function relayProgress(ctx: ServiceContext, row: ImportRow): (data: unknown) => void {
  let keptMs = Number.NEGATIVE_INFINITY;
  let phase = '';
  return (data) => {
    const told: TaskProgress = taskProgress.parse(data);
    ctx.bus.publish(IMPORTS_TOPIC, importItemOf({ ...row, ...told, status: 'running' }));
    const now = performance.now();
    if (told.phase === phase && now - keptMs < KEEP_EVERY_MS) return;
    [phase, keptMs] = [told.phase, now];
    updateProgress(ctx.db, row.id, told).then(
      () => {},
      (error: unknown) => ctx.report(`Progress of import ${row.id} was not written: ${messageOf(error)}`),
    );
  };
}
