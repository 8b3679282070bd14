import type { Condition } from '@/lib/contracts/filters';
import { labelOf } from '@/lib/contracts/labels';
import type { LapFilter, LapListItem } from '@/lib/contracts/laps';
import * as rows from '@/lib/db/lap-list';
import { latestSession } from '@/lib/db/session-list';
import { notFound } from '@/lib/errors';
import type { ServiceContext } from './context';
import { lapItemOf } from './laps';
import { type Page, pageOf } from './paging';
import { verb } from './verb';

export { LAP_FILTERS } from '@/lib/db/lap-list';

type Choice = Pick<LapFilter, 'session_id'> & { filters?: readonly Condition[] };

/** Laps of all sessions. */
export const listLaps = verb('lap.list', async (ctx, input: Page & LapFilter & Choice) => {
  const page = pageOf(input);
  const choice = await choiceOf(ctx, input);
  if (!choice) return page.list<LapListItem>([], 0);
  const found = await rows.listLaps(ctx.db, choice, input.sort, page.limit, page.offset);
  const { laps } = await rows.countLaps(ctx.db, choice);
  return page.list(found.map(listItemOf), laps);
});

/** How many sectors the lap with the most of them has, among those that listLaps gives. */
export const countSectors = verb('lap.list', async (ctx, input: Choice): Promise<number> => {
  const choice = await choiceOf(ctx, input);
  return choice ? (await rows.countLaps(ctx.db, choice)).sectors : 0;
});

/** Null when the latest session is asked for and there is none. */
async function choiceOf(ctx: Pick<ServiceContext, 'db'>, input: Choice): Promise<rows.LapChoice | null> {
  const ref = input.session_id;
  const sessionId = ref === 'latest' ? await latestSession(ctx.db) : (ref ?? null);
  if (ref === 'latest' && sessionId === null) return null;
  return { sessionId, conditions: input.filters ?? [] };
}

/** One lap with its sectors and where it was driven. */
export const getLap = verb(
  'lap.read',
  async (ctx, id: number): Promise<LapListItem> => listItemOf(await seenLap(ctx, id)),
);

/** A lap of a session that people can see; throws an AppError `not_found`. */
export async function seenLap(ctx: Pick<ServiceContext, 'db'>, id: number): Promise<rows.LapListRow> {
  const conditions: Condition[] = [{ field: 'id', comparison: '=', value: id }];
  const [row] = await rows.listLaps(ctx.db, { sessionId: null, conditions }, 'newest', 1, 0);
  if (!row) throw notFound(`lap ${id}`);
  return row;
}

function listItemOf(row: rows.LapListRow): LapListItem {
  const { car_number: number, driver, device_name } = row;
  return {
    ...lapItemOf(row, row.stint),
    session_name: row.session_name,
    simulated: row.simulated,
    track: row.track_id === null ? null : { id: row.track_id, name: row.track_name ?? '' },
    label: labelOf({ number, driver, device_name }),
    car_number: number,
    driver,
  };
}
