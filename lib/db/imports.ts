import { and, desc, eq, inArray, ne, sql } from 'drizzle-orm';
import { imports } from '@/drizzle/schema/sessions';
import type { Db } from './client';

export type ImportRow = typeof imports.$inferSelect;

export type NewImport = {
  batch: string;
  file: string;
  hash: string;
  bytes: number;
  trackId: number | null;
  ownerId: number | null;
  sessionName: string | null;
  modifiedAt: string | null;
};

export async function insertImport(tx: Db, row: NewImport): Promise<ImportRow> {
  const [made] = await tx
    .insert(imports)
    .values({ ...row, status: 'queued', phase: 'queued' })
    .returning();
  if (!made) throw new Error(`The import of ${row.file} could not be stored.`);
  return made;
}

export async function importById(db: Db, id: number): Promise<ImportRow | null> {
  const [row] = await db.select().from(imports).where(eq(imports.id, id));
  return row ?? null;
}

/** Other imports of the same content. */
export function importsOfHash(db: Db, hash: string): Promise<ImportRow[]> {
  return db.select().from(imports).where(eq(imports.hash, hash)).orderBy(imports.id);
}

/** The contents that some import still needs or came from. */
export async function neededHashes(db: Db): Promise<Set<string>> {
  const rows = await db
    .selectDistinct({ hash: imports.hash })
    .from(imports)
    .where(ne(imports.status, 'failed'));
  return new Set(rows.flatMap((row) => row.hash ?? []));
}

export type ImportPatch = Partial<
  Pick<ImportRow, 'status' | 'phase' | 'progress' | 'message' | 'line' | 'sessionId' | 'finishedAt'>
>;

export function updateImport(db: Db, id: number, patch: ImportPatch) {
  return db.update(imports).set(patch).where(eq(imports.id, id));
}

/** Progress counts only while the import runs: a late word must not undo its end. */
export function updateProgress(db: Db, id: number, patch: Pick<ImportRow, 'phase' | 'progress' | 'message'>) {
  return db
    .update(imports)
    .set(patch)
    .where(and(eq(imports.id, id), eq(imports.status, 'running')));
}

export async function setImportDevices(db: Db, id: number, deviceIds: readonly number[]): Promise<void> {
  await db.execute(
    sql`update imports set device_ids = ${JSON.stringify(deviceIds)}::text::jsonb where id = ${id}`,
  );
}

/** An import with the count of what it gave, from the laps of its devices. */
export type ImportWithResult = ImportRow & {
  laps: number;
  bestMs: number | null;
  track: string | null;
  fixes: number;
};

const ownDevices = sql`any (array(select jsonb_array_elements_text(imports.device_ids)::int4))`;

const result = {
  laps: sql<number>`(select count(*)::int from laps
    where laps.device_id = ${ownDevices} and laps.class = 'complete')`,
  bestMs: sql<number | null>`(select min(laps.time_ms) from laps
    where laps.device_id = ${ownDevices} and laps.class = 'complete' and not laps.estimated)`,
  track: sql<string | null>`(select tracks.name from sessions join tracks on tracks.id = sessions.track_id
    where sessions.id = imports.session_id)`,
  fixes: sql<number>`(select coalesce(sum(fixes), 0)::int from session_entries
    where session_entries.device_id = ${ownDevices})`,
};

/** Imports of a batch (or all), newest first. */
export async function listImports(
  db: Db,
  batch: string | null,
  limit: number,
  offset: number,
): Promise<ImportWithResult[]> {
  const rows = await db
    .select({ row: imports, ...result })
    .from(imports)
    .where(batch === null ? undefined : eq(imports.batch, batch))
    .orderBy(desc(imports.id))
    .limit(limit)
    .offset(offset);
  return rows.map(({ row, ...counted }) => ({ ...row, ...counted }));
}

export async function importWithResult(db: Db, id: number): Promise<ImportWithResult | null> {
  const [found] = await db
    .select({ row: imports, ...result })
    .from(imports)
    .where(eq(imports.id, id));
  return found
    ? { ...found.row, laps: found.laps, bestMs: found.bestMs, track: found.track, fixes: found.fixes }
    : null;
}

export async function countImports(db: Db, batch: string | null): Promise<number> {
  const where = batch === null ? sql`true` : sql`batch = ${batch}`;
  const [row] = await db.execute<{ count: number }>(
    sql`select count(*)::int as count from imports where ${where}`,
  );
  return row?.count ?? 0;
}

/** Imports that made one of these devices. */
export async function importsOfDevices(db: Db, deviceIds: readonly number[]): Promise<ImportRow[]> {
  if (deviceIds.length === 0) return [];
  const any = deviceIds.map((id) => sql`${imports.deviceIds} @> to_jsonb(${id}::int4)`);
  return db.select().from(imports).where(sql.join(any, sql` or `)).orderBy(imports.id);
}

export function deleteImports(db: Db, ids: readonly number[]) {
  return db.delete(imports).where(inArray(imports.id, [...ids]));
}

/** Imports of this content that wait or work, but `id`. */
export async function openImportsOfHash(db: Db, hash: string, id: number): Promise<ImportRow[]> {
  const rows = await db
    .select()
    .from(imports)
    .where(and(eq(imports.hash, hash), inArray(imports.status, ['queued', 'running'])))
    .orderBy(imports.id);
  return rows.filter((row) => row.id !== id);
}
