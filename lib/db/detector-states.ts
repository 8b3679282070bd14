import { sql } from 'drizzle-orm';
import type { Db } from './client';

export type DetectorState = {
  deviceId: number;
  sessionId: number;
  trackRevision: number;
  detectorVersion: number;
  /** Time of the last fix that the snapshot has seen. */
  uptoUs: number;
  snapshot: unknown;
};

/** Keeps where the timing of an entry stands. */
export async function saveDetectorState(tx: Db, state: DetectorState): Promise<void> {
  await tx.execute(sql`
    insert into detector_states (device_id, session_id, track_revision, detector_version, upto_us, snapshot)
    values (${state.deviceId}, ${state.sessionId}, ${state.trackRevision}, ${state.detectorVersion},
      ${state.uptoUs}, ${JSON.stringify(state.snapshot)}::text::jsonb)
    on conflict (device_id, session_id) do update set track_revision = excluded.track_revision,
      detector_version = excluded.detector_version, upto_us = excluded.upto_us, snapshot = excluded.snapshot,
      saved_at = now()`);
}

/** The kept states of a session's entries. */
export async function detectorStatesOf(db: Db, sessionId: number): Promise<DetectorState[]> {
  const rows = await db.execute<{
    device_id: number;
    track_revision: number;
    detector_version: number;
    upto_us: string;
    snapshot: unknown;
  }>(sql`
    select device_id, track_revision, detector_version, upto_us, snapshot from detector_states
    where session_id = ${sessionId}`);
  return rows.map((row) => ({
    deviceId: row.device_id,
    sessionId,
    trackRevision: row.track_revision,
    detectorVersion: row.detector_version,
    uptoUs: Number(row.upto_us),
    snapshot: row.snapshot,
  }));
}

/** Forgets where the timing of a session stood: nothing goes on from there. */
export async function deleteDetectorStates(tx: Db, sessionId: number): Promise<void> {
  await tx.execute(sql`delete from detector_states where session_id = ${sessionId}`);
}
