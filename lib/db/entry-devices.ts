import { sql } from 'drizzle-orm';
import type { Frame } from '@/lib/timing/types';
import type { Db } from './client';

/** An entry with what its board line says of it. */
export type EntryDeviceRow = {
  entryId: number;
  deviceId: number;
  frame: Frame;
  device_name: string;
  number: string | null;
  driver: string | null;
  car: string | null;
  carClass: string | null;
};

/** The entries of a session in the order in which they were entered. */
export function entryDevices(db: Db, sessionId: number): Promise<EntryDeviceRow[]> {
  return db.execute<EntryDeviceRow>(sql`
    select session_entries.id as "entryId", session_entries.device_id as "deviceId", devices.frame,
      devices.name as device_name, session_entries.number, session_entries.driver, session_entries.car,
      session_entries.car_class as "carClass"
    from session_entries join devices on devices.id = session_entries.device_id
    where session_entries.session_id = ${sessionId} order by session_entries.id`);
}

/** Which open session each device is in. */
export async function devicesInOpenSessions(db: Db): Promise<Map<number, number>> {
  const rows = await db.execute<{ device_id: number; session_id: number }>(sql`
    select session_entries.device_id, session_entries.session_id
    from session_entries join sessions on sessions.id = session_entries.session_id where sessions.live`);
  return new Map(rows.map((row) => [row.device_id, row.session_id]));
}
