import type { DetectResult, RecordingRead } from '@/lib/contracts/jobs';
import { type Db, inTransaction } from '@/lib/db/client';
import { condemnDevices, publishDevices } from '@/lib/db/devices';
import { type ImportRow, importById, importsOfHash, setImportDevices, updateImport } from '@/lib/db/imports';
import { lockUntilEnd } from '@/lib/db/locks';
import {
  deleteSessionRows,
  hiddenSessionsOf,
  mergeSession,
  overlappingOfBatch,
  publishSessions,
  sessionById,
} from '@/lib/db/sessions';
import { deleteUnusedTracks } from '@/lib/db/tracks';
import type { ServiceContext } from '../context';

const now = (): string => new Date().toISOString();

/** Makes an import's devices and sessions visible, joined with those of its batch that overlap on the track. */
export async function publishImport(
  db: Db,
  row: ImportRow,
  read: RecordingRead,
  found: DetectResult,
): Promise<void> {
  await inTransaction(db, async (tx) => {
    await lockUntilEnd(tx, `batch ${row.batch}`);
    const devices = read.devices.map((device) => device.id);
    const stray = await hiddenSessionsOf(tx, devices);
    await deleteSessionRows(
      tx,
      stray.filter((id) => !found.session_ids.includes(id)),
    );
    const shown: number[] = [];
    for (const id of found.session_ids) shown.push(await publishSession(tx, row.batch, id));
    await publishDevices(tx, devices);
    await updateImport(tx, row.id, {
      status: 'done',
      phase: 'done',
      progress: 1,
      message: found.message,
      line: null,
      sessionId: shown[0] ?? null,
      finishedAt: now(),
    });
  });
}

/** Gives the id under which the session's entries are seen. */
async function publishSession(tx: Db, batch: string, id: number): Promise<number> {
  const session = await sessionById(tx, id);
  if (!session || session.ready) return id;
  const others = session.trackId === null ? [] : await overlappingOfBatch(tx, batch, session);
  const [into, ...more] = others;
  if (into === undefined) {
    await publishSessions(tx, [id]);
    return id;
  }
  for (const from of [id, ...more]) await mergeSession(tx, from, into);
  return into;
}

/** Ends an import whose content is known: a file that was imported before, or a track file. */
export function finishImport(db: Db, id: number, message: string, sessionId: number | null) {
  return updateImport(db, id, {
    status: 'done',
    phase: 'done',
    progress: 1,
    message,
    sessionId,
    finishedAt: now(),
  });
}

/** The import that brought this content first and whose session is still there. */
export async function knownImport(db: Db, hash: string, id: number): Promise<ImportRow | null> {
  const rows = await importsOfHash(db, hash);
  return rows.find((row) => row.id !== id && row.status === 'done' && row.sessionId !== null) ?? null;
}

/** Ends an import as failed and takes back everything that it wrote. May be repeated. */
export async function failImport(ctx: ServiceContext, id: number, message: string): Promise<void> {
  const row = await importById(ctx.db, id);
  if (!row || row.status === 'done') return;
  await inTransaction(ctx.db, async (tx) => {
    await deleteSessionRows(tx, await hiddenSessionsOf(tx, row.deviceIds));
    await condemnDevices(tx, row.deviceIds);
    await deleteUnusedTracks(tx, `import:${id}`);
    await setImportDevices(tx, id, []);
    await updateImport(tx, id, { status: 'failed', phase: 'failed', message, finishedAt: now() });
    if (row.deviceIds.length > 0)
      await ctx.queue.send({ name: 'devices/condemned', data: { device_ids: row.deviceIds } }, tx);
  });
  await dropUpload(ctx, row);
}

/** Removes an upload that no import needs any more. */
export async function dropUpload(
  ctx: Pick<ServiceContext, 'db' | 'spool'>,
  row: Pick<ImportRow, 'id' | 'hash'>,
): Promise<void> {
  if (!row.hash) return;
  const others = await importsOfHash(ctx.db, row.hash);
  if (others.some((other) => other.id !== row.id && other.status !== 'failed')) return;
  await ctx.spool.remove(row.hash);
}
