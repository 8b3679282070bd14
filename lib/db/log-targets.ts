import { inArray, sql } from 'drizzle-orm';
import { users } from '@/drizzle/schema/people';
import { sessions } from '@/drizzle/schema/sessions';
import { tracks } from '@/drizzle/schema/tracks';
import type { Db } from './client';

/** Of the given ids those of sessions that people can see. */
export async function sessionsThatAre(db: Db, ids: readonly number[]): Promise<number[]> {
  if (ids.length === 0) return [];
  const rows = await db
    .select({ id: sessions.id })
    .from(sessions)
    .where(sql`${sessions.ready} and ${inArray(sessions.id, [...ids])}`);
  return rows.map((row) => row.id);
}

/** Of the given ids those of tracks. */
export async function tracksThatAre(db: Db, ids: readonly number[]): Promise<number[]> {
  if (ids.length === 0) return [];
  const rows = await db
    .select({ id: tracks.id })
    .from(tracks)
    .where(inArray(tracks.id, [...ids]));
  return rows.map((row) => row.id);
}

/** Of the given ids those of accounts. */
export async function usersThatAre(db: Db, ids: readonly number[]): Promise<number[]> {
  if (ids.length === 0) return [];
  const rows = await db
    .select({ id: users.id })
    .from(users)
    .where(inArray(users.id, [...ids]));
  return rows.map((row) => row.id);
}
