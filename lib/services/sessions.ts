import { sumOfBestSectorsMs } from '@/lib/analysis/sectors';
import { consistencyMs } from '@/lib/analysis/statistics';
import type { Condition } from '@/lib/contracts/filters';
import { labelOf } from '@/lib/contracts/labels';
import type { LapItem } from '@/lib/contracts/laps';
import type { SessionDetail, SessionEntry, SessionFilter, SessionListItem } from '@/lib/contracts/sessions';
import { inTransaction } from '@/lib/db/client';
import { sessionLaps } from '@/lib/db/laps';
import * as rows from '@/lib/db/session-list';
import * as store from '@/lib/db/sessions';
import { trackById } from '@/lib/db/tracks';
import { userById } from '@/lib/db/users';
import { AppError, notFound } from '@/lib/errors';
import { audit } from './audit';
import { meets } from './conditions';
import type { ServiceContext } from './context';
import { isoOf, isoOfUs, roundedOrNull } from './instants';
import { lapItemsOf } from './laps';
import { tellEngine } from './live-sessions';
import { type Page, pageOf } from './paging';
import { type Asking, requireOwn } from './rights';
import { trackShapeOf } from './tracks';
import { verb } from './verb';

export const listSessions = verb(
  'session.list',
  async (ctx, input: Page & SessionFilter & { filters?: readonly Condition[] }) => {
    const page = pageOf(input);
    const byOwner = input.filters?.some(({ field }) => field === 'owner_id') ?? false;
    if (byOwner && ctx.caller.actor.kind === 'nobody')
      throw new AppError('unauthorized', 401, 'owner_id: whose a session is is shown after a login.');
    const found = await rows.listSessions(ctx.db, input, page.limit, page.offset, input.filters);
    // A page beyond the last has no row that could tell how many there are.
    const [counted] = found.length > 0 ? found : await rows.listSessions(ctx.db, input, 1, 0, input.filters);
    return page.list(
      found.map((row) => listItemOf(ctx, row)),
      counted?.total ?? 0,
    );
  },
);

function listItemOf(ctx: Asking, row: rows.SessionListRow): SessionListItem {
  const { best_number: number, best_driver: driver, best_device } = row;
  return {
    id: row.id,
    name: row.name,
    kind: row.kind,
    track: row.track_id === null ? null : { id: row.track_id, name: row.track_name ?? '' },
    started_at: isoOfUs(Number(row.from_us)),
    ended_at: isoOfUs(Number(row.to_us)),
    simulated: row.simulated,
    live: row.live,
    entries: row.entries,
    laps: row.laps,
    complete_laps: row.complete_laps,
    best_ms: roundedOrNull(row.best_ms),
    best_label: best_device === null ? null : labelOf({ number, driver, device_name: best_device }),
    owner: ownerOf(ctx, row.owner_id, row.owner_name),
    created_at: isoOf(row.created_at),
  };
}

/** Names of accounts are for those who have one: a spectator could try passwords with them. */
const ownerOf = ({ caller }: Asking, id: number | null, username: string | null) =>
  id === null || caller.actor.kind === 'nobody' ? null : { id, username: username ?? '' };

/** A session that people can see; throws an AppError `not_found`. */
export async function seenSession(ctx: Pick<ServiceContext, 'db'>, id: number): Promise<store.SessionRow> {
  const session = await store.sessionById(ctx.db, id);
  if (!session?.ready) throw notFound(`session ${id}`);
  return session;
}

/** `latest` is the newest session of all. */
export type SessionRef = number | 'latest';

/** The session that `ref` means. Throws an AppError `not_found`. */
export async function sessionOf(ctx: Pick<ServiceContext, 'db'>, ref: SessionRef): Promise<store.SessionRow> {
  if (ref !== 'latest') return seenSession(ctx, ref);
  const id = await rows.latestSession(ctx.db);
  if (id === null) throw new AppError('not_found', 404, 'There is no session yet.');
  return seenSession(ctx, id);
}

export const getSession = verb(
  'session.read',
  async (ctx, ref: SessionRef): Promise<SessionDetail> => (await sessionWithLaps(ctx, ref)).session,
);

/** A session and all its laps, which its figures are made of: one look at each table. */
export const getSessionWithLaps = verb('session.read', async (ctx, ref: SessionRef) =>
  sessionWithLaps(ctx, ref),
);

async function sessionWithLaps(
  ctx: ServiceContext,
  ref: SessionRef,
): Promise<{ session: SessionDetail; laps: LapItem[] }> {
  const session = await sessionOf(ctx, ref);
  const { id } = session;
  const [owner, track, entries, laps] = await Promise.all([
    session.ownerId === null ? null : userById(ctx.db, session.ownerId),
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
    live: session.live,
    revision: session.revision,
    notes: session.notes,
    owner: ownerOf(ctx, session.ownerId, owner?.username ?? null),
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
export const getSessionLaps = verb(
  'session.read',
  async (
    ctx,
    input: { ref: SessionRef; filters?: readonly Condition[] },
  ): Promise<{ session: store.SessionRow; items: LapItem[] }> => {
    const session = await sessionOf(ctx, input.ref);
    const items = lapItemsOf(await sessionLaps(ctx.db, session.id));
    return { session, items: items.filter(meets(input.filters ?? [])) };
  },
);

export const updateSession = verb(
  'session.update',
  async (
    ctx,
    { id, ...given }: { id: number; name?: string | undefined; kind?: SessionDetail['kind'] | undefined },
  ): Promise<SessionDetail> => {
    const before = await seenSession(ctx, id);
    requireOwn(ctx, 'session.update', before.ownerId, `session ${id}`);
    const patch = {
      ...(given.name === undefined ? {} : { name: given.name }),
      ...(given.kind === undefined ? {} : { kind: given.kind }),
    };
    await inTransaction(ctx.db, async (tx) => {
      if (!(await store.patchSession(tx, id, patch))) throw notFound(`session ${id}`);
      const target = { noun: 'session', id, name: before.name };
      await audit(tx, ctx, { action: 'session.update', target, details: patch });
    });
    if (before.live) tellEngine(ctx, id);
    return (await sessionWithLaps(ctx, id)).session;
  },
);

/** Asks for a session to be timed anew from its stored fixes; gives the job that does it. */
export const recomputeSession = verb(
  'session.reprocess',
  async (ctx, id: number): Promise<{ session_id: number; job_id: number }> => {
    const session = await seenSession(ctx, id);
    requireOwn(ctx, 'session.reprocess', session.ownerId, `session ${id}`);
    const [run] = await inTransaction(ctx.db, async (tx) => {
      const target = { noun: 'session', id, name: session.name };
      await audit(tx, ctx, { action: 'session.reprocess', target });
      return ctx.queue.send({ name: 'session/recompute', data: { session_id: id } }, tx);
    });
    if (!run) throw new Error('The queue knows no job that recomputes a session.');
    return { session_id: id, job_id: run.id };
  },
);
