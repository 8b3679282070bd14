import { userIdOf } from '@/lib/auth/actor';
import type { ImportItem } from '@/lib/contracts/imports';
import { type DetectResult, detectResult, type RecordingRead, readResult } from '@/lib/contracts/jobs';
import { inTransaction } from '@/lib/db/client';
import * as store from '@/lib/db/imports';
import { lockUntilEnd } from '@/lib/db/locks';
import { trackById } from '@/lib/db/tracks';
import { AppError, messageOf, notFound } from '@/lib/errors';
import { NonRetriableError } from '@/lib/jobs/define-job';
import { audit } from './audit';
import type { ServiceContext } from './context';
import { importItemOf, relayProgress, tellImport } from './import/progress';
import { dropUpload, finishImport, knownImport, publishImport } from './import/publish';
import { type Page, pageOf } from './paging';
import { verb } from './verb';

/** A file that lies in the spool. */
export type SpooledFile = { file: string; hash: string; bytes: number; modifiedMs: number | null };

export type UploadInput = {
  batch: string;
  trackId: number | null;
  sessionName: string | null;
  files: readonly SpooledFile[];
};

/**
 * Takes spooled files as imports and starts them; their holds in the spool end. A file that was imported before is
 * done at once and leads to its session. Throws an AppError `not_found` for a track that is not there; then no file
 * is left.
 */
export const acceptUpload = verb(
  'import.create',
  async (ctx, input: UploadInput): Promise<{ items: Pick<ImportItem, 'id' | 'file' | 'status'>[] }> => {
    try {
      await checkTrack(ctx, input.trackId);
      const items: Pick<ImportItem, 'id' | 'file' | 'status'>[] = [];
      for (const file of input.files) {
        const row = await acceptFile(ctx, input, file);
        items.push({ id: row.id, file: row.file, status: row.status });
        await tellImport(ctx, row.id);
      }
      return { items };
    } finally {
      await settleUpload(ctx, input.files);
    }
  },
);

/** Ends the holds of spooled files: those that no import needs are removed. */
export async function settleUpload(
  ctx: Pick<ServiceContext, 'db' | 'spool' | 'report'>,
  files: readonly SpooledFile[],
): Promise<void> {
  for (const { file, hash } of files) {
    ctx.spool.release(hash);
    // What stays by a fault is removed at the next start.
    await dropUpload(ctx, { id: 0, hash }).catch((error: unknown) =>
      ctx.report(`The upload ${file} was not cleared away: ${messageOf(error)}`),
    );
  }
}

async function acceptFile(ctx: ServiceContext, input: UploadInput, file: SpooledFile) {
  return inTransaction(ctx.db, async (tx) => {
    // The same content in two uploads at once: the second must see the first.
    await lockUntilEnd(tx, `content ${file.hash}`);
    const row = await store.insertImport(tx, {
      batch: input.batch,
      file: file.file,
      hash: file.hash,
      bytes: file.bytes,
      trackId: input.trackId,
      ownerId: userIdOf(ctx.caller.actor),
      sessionName: input.sessionName,
      modifiedAt: file.modifiedMs === null ? null : new Date(file.modifiedMs).toISOString(),
    });
    await audit(tx, ctx, {
      action: 'import.create',
      target: { noun: 'import', id: row.id, name: row.file },
      details: { bytes: row.bytes },
    });
    const known = await knownImport(tx, file.hash, row.id);
    if (known) {
      await finishImport(tx, row.id, KNOWN, known.sessionId);
      return { ...row, status: 'done' as const };
    }
    // The same content in two batches at once: one after the other, so that the second finds the first.
    const [twin] = await store.openImportsOfHash(tx, file.hash, row.id);
    const event = {
      id: `import-${row.id}`,
      name: 'import/accepted',
      data: { import_id: row.id, queue: twin?.batch ?? row.batch },
    };
    await ctx.queue.send(event, tx);
    return row;
  });
}

const KNOWN = 'imported before: this is its session';

export const listImports = verb('import.list', async (ctx, input: Page & { batch?: string | undefined }) => {
  const batch = input.batch ?? null;
  const page = pageOf(input);
  const rows = await store.listImports(ctx.db, batch, page.limit, page.offset);
  return page.list(rows.map(importItemOf), await store.countImports(ctx.db, batch));
});

export const getImport = verb('import.read', async (ctx, id: number): Promise<ImportItem> => {
  const row = await store.importWithResult(ctx.db, id);
  if (!row) throw notFound(`import ${id}`);
  return importItemOf(row);
});

/** First step of an import: 'go', or it is over already. */
export async function beginImport(ctx: ServiceContext, id: number): Promise<'go' | 'over'> {
  const row = await store.importById(ctx.db, id);
  if (!row || row.status === 'done' || row.status === 'failed') return 'over';
  const known = row.hash ? await knownImport(ctx.db, row.hash, id) : null;
  if (known) await finishImport(ctx.db, id, KNOWN, known.sessionId);
  else await store.updateImport(ctx.db, id, { status: 'running', phase: 'reading', message: 'reading' });
  await tellImport(ctx, id);
  return known ? 'over' : 'go';
}

/** Second step: the file becomes devices with fixes (or a track, which ends the import). */
export async function readImport(ctx: ServiceContext, id: number): Promise<RecordingRead | null> {
  const row = await runningRow(ctx, id);
  const result = readResult.parse(await inWorker(ctx, row, 'import-read', { import_id: id }));
  if (result.kind === 'recording') return result;
  await finishImport(ctx.db, id, result.message, null);
  await tellImport(ctx, id);
  await ctx.spool.remove(row.hash ?? '');
  return null;
}

/** Third step: fixes become hidden sessions with laps. */
export async function detectImport(
  ctx: ServiceContext,
  id: number,
  read: RecordingRead,
): Promise<DetectResult> {
  const row = await runningRow(ctx, id);
  return detectResult.parse(await inWorker(ctx, row, 'import-detect', { import_id: id, read }));
}

/** Last step: everything is seen at once. */
export async function showImport(
  ctx: ServiceContext,
  id: number,
  read: RecordingRead,
  found: DetectResult,
): Promise<void> {
  await publishImport(ctx.db, await runningRow(ctx, id), read, found);
  await tellImport(ctx, id);
}

async function runningRow(ctx: ServiceContext, id: number): Promise<store.ImportRow> {
  const row = await store.importById(ctx.db, id);
  if (!row) throw new NonRetriableError(`Import ${id} is gone.`);
  return row;
}

/** Faults of the file itself are kept with their line, and end the import at once. */
const FILE_FAULTS = new Set(['bad_file', 'too_large', 'out_of_memory']);

async function inWorker(ctx: ServiceContext, row: store.ImportRow, task: string, input: object) {
  try {
    return await ctx.worker.run(task, input, relayProgress(ctx, row));
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    if (!FILE_FAULTS.has(code)) throw error;
    const line =
      error instanceof Error && 'line' in error && typeof error.line === 'number' ? error.line : null;
    await store.updateImport(ctx.db, row.id, { line });
    throw new NonRetriableError(messageOf(error));
  }
}

async function checkTrack(ctx: ServiceContext, trackId: number | null): Promise<void> {
  if (trackId === null || (await trackById(ctx.db, trackId))) return;
  const message = `There is no track ${trackId}. Choose another one or none.`;
  throw new AppError('not_found', 404, message, [{ field: 'track_id', message: 'unknown' }]);
}
