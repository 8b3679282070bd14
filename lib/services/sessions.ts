import { sumOfBestSectorsMs } from '@/lib/analysis/sectors';
import { consistencyMs } from '@/lib/analysis/statistics';
import type { LapItem } from '@/lib/contracts/laps';
import type { SessionDetail, SessionEntry, SessionFilter, SessionListItem } from '@/lib/contracts/sessions';
import { sessionLaps } from '@/lib/db/laps';
import * as rows from '@/lib/db/session-list';
import * as store from '@/lib/db/sessions';
import { trackById } from '@/lib/db/tracks';
import { notFound } from '@/lib/errors';
import type { ServiceContext } from './context';
import { isoOf, isoOfUs, roundedOrNull } from './instants';
import { labelOf } from './labels';
import { lapItemsOf } from './laps';
import { type Page, pageOf } from './paging';
import { trackShapeOf } from './tracks';

type Reading = Pick<ServiceContext, 'db'>;

export async function listSessions(
  ctx: Reading,
  input: Page & SessionFilter,
): Promise<{ items: SessionListItem[]; total: number; next: string | null }> {
  const page = pageOf(input);
  const found = await rows.listSessions(ctx.db, input, page.limit, page.offset);
  return page.list(found.map(listItemOf), found[0]?.total ?? 0);
}

function listItemOf(row: rows.SessionListRow): SessionListItem {
  const { best_number: number, best_driver: driver, best_device } = row;
  return {
    id: row.id,
    name: row.name,
    kind: row.kind,
    track: row.track_id === null ? null : { id: row.track_id, name: row.track_name ?? '' },
    started_at: isoOfUs(Number(row.from_us)),
    ended_at: isoOfUs(Number(row.to_us)),
    simulated: row.simulated,
    entries: row.entries,
    laps: row.laps,
    complete_laps: row.complete_laps,
    best_ms: roundedOrNull(row.best_ms),
    best_label: best_device === null ? null : labelOf({ number, driver, device_name: best_device }),
    created_at: isoOf(row.created_at),
  };
}

/** A session that people can see; throws an AppError `not_found`. */
export async function seenSession(ctx: Reading, id: number): Promise<store.SessionRow> {
  const session = await store.sessionById(ctx.db, id);
  if (!session?.ready) throw notFound(`session ${id}`);
  return session;
}

export async function getSession(ctx: Reading, id: number): Promise<SessionDetail> {
  return (await getSessionWithLaps(ctx, id)).session;
}

/** A session and all its laps, which its figures are made of: one look at each table. */
export async function getSessionWithLaps(
  ctx: Reading,
  id: number,
): Promise<{ session: SessionDetail; laps: LapItem[] }> {
  const session = await seenSession(ctx, id);
  const [track, entries, laps] = await Promise.all([
    session.trackId === null ? null : trackById(ctx.db, session.trackId),
    rows.sessionEntryRows(ctx.db, id),
    sessionLaps(ctx.db, id).then(lapItemsOf),
  ]);
  const detail = {
    id,
    name: session.name,
    kind: session.kind,
    started_at: isoOfUs(session.fromUs),
    ended_at: isoOfUs(session.toUs),
    time_basis: session.timeBasis,
    simulated: session.simulated,
    revision: session.revision,
    notes: session.notes,
    track: track ? trackShapeOf(track) : null,
    entries: entries.map((entry) => entryOf(entry, laps)).sort(byBest),
  };
  return { session: detail, laps };
}

function entryOf(entry: rows.EntryRow, allLaps: readonly LapItem[]): SessionEntry {
  const laps = allLaps.filter((lap) => lap.entry_id === entry.id);
  const complete = laps.filter((lap) => lap.class === 'complete');
  const counted = complete.filter((lap) => !lap.estimated);
  const [best] = [...counted].sort((a, b) => a.lap_time_ms - b.lap_time_ms);
  const timed = counted.map((lap) => ({
    class: lap.class,
    estimated: lap.estimated,
    sectors: lap.sectors.map(({ time_ms }) => ({ timeMs: time_ms })),
  }));
  return {
    ...entry,
    label: labelOf(entry),
    laps: laps.length,
    complete_laps: complete.length,
    best_ms: best?.lap_time_ms ?? null,
    best_lap_id: best?.id ?? null,
    best_uncertainty_ms: best?.uncertainty_ms ?? null,
    optimum_ms: roundedOrNull(sumOfBestSectorsMs(timed)),
    consistency_ms: roundedOrNull(consistencyMs(counted.map((lap) => lap.lap_time_ms))),
  };
}

const byBest = (a: SessionEntry, b: SessionEntry): number =>
  (a.best_ms ?? Number.POSITIVE_INFINITY) - (b.best_ms ?? Number.POSITIVE_INFINITY) || a.id - b.id;

/** All laps of a session, entry by entry in driving order; `revision` changes whenever they may have changed. */
export async function getSessionLaps(
  ctx: Reading,
  input: { id: number; deviceId?: number | undefined; class?: LapItem['class'] | undefined },
): Promise<{ items: LapItem[]; total: number; next: null; revision: number }> {
  const session = await seenSession(ctx, input.id);
  const items = lapItemsOf(await sessionLaps(ctx.db, input.id)).filter(
    (lap) =>
      (input.deviceId === undefined || lap.device_id === input.deviceId) &&
      (input.class === undefined || lap.class === input.class),
  );
  return { items, total: items.length, next: null, revision: session.revision };
}

export async function updateSession(
  ctx: Reading,
  input: { id: number; name?: string | undefined; kind?: SessionDetail['kind'] | undefined },
): Promise<SessionDetail> {
  const patch = {
    ...(input.name === undefined ? {} : { name: input.name }),
    ...(input.kind === undefined ? {} : { kind: input.kind }),
  };
  if (!(await store.patchSession(ctx.db, input.id, patch))) throw notFound(`session ${input.id}`);
  return getSession(ctx, input.id);
}

/** Asks for a session to be timed anew from its stored fixes; gives the job that does it. */
export async function recomputeSession(
  ctx: ServiceContext,
  id: number,
): Promise<{ session_id: number; job_id: number }> {
  await seenSession(ctx, id);
  const [run] = await ctx.queue.send({ name: 'session/recompute', data: { session_id: id } });
  if (!run) throw new Error('The queue knows no job that recomputes a session.');
  return { session_id: id, job_id: run.id };
}
