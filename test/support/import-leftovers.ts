import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Product } from './product';

/** Files that still lie in the spool. */
export function uploads(product: Product): string[] {
  try {
    return readdirSync(join(product.dataDir, 'uploads'));
  } catch {
    return [];
  }
}

/** Rows of every table that an import writes. */
export async function leftovers(product: Product) {
  const [row] = await product.runtime.sql`select
    (select count(*)::int from devices) as devices, (select count(*)::int from sessions) as sessions,
    (select count(*)::int from session_entries) as entries, (select count(*)::int from laps) as laps,
    (select count(*)::int from crossings) as crossings, (select count(*)::int from lap_traces) as traces,
    (select count(*)::int from positions) as positions, (select count(*)::int from channel_blocks) as blocks,
    (select count(*)::int from tracks) as tracks`;
  return row;
}

export const NOTHING = {
  devices: 0,
  sessions: 0,
  entries: 0,
  laps: 0,
  crossings: 0,
  traces: 0,
  positions: 0,
  blocks: 0,
  tracks: 0,
};

/** Waits for the work under way, then empties every table and the spool. */
export async function clear(product: Product): Promise<void> {
  await product.idle();
  const { sql } = product.runtime;
  await sql`truncate imports, sessions, session_entries, devices, tracks, track_revisions, positions,
    channel_blocks, laps, crossings, lap_traces, jobs, job_events, job_steps restart identity cascade`;
  for (const file of uploads(product)) await product.ctx.spool.remove(file);
}
