import type { Condition } from '@/lib/contracts/filters';
import type { CrossingItem } from '@/lib/contracts/positions';
import { type CrossingRow, listCrossings as readCrossings } from '@/lib/db/crossings';
import { isoOfUs, roundMs } from './instants';
import { type Page, pageOf } from './paging';
import { type SessionRef, sessionOf } from './sessions';
import { verb } from './verb';

export { CROSSING_FILTERS } from '@/lib/db/crossings';

/** Every passage of a gate in a session, in order of time. */
export const listCrossings = verb(
  'session.read',
  async (ctx, input: Page & { ref: SessionRef; filters?: readonly Condition[] }) => {
    const page = pageOf(input);
    const session = await sessionOf(ctx, input.ref);
    const conditions = input.filters ?? [];
    const { rows, total } = await readCrossings(ctx.db, session.id, conditions, page.limit, page.offset);
    return page.list(rows.map(crossingOf), total);
  },
);

function crossingOf({ time_us, direction, uncertainty_ms, ...row }: CrossingRow): CrossingItem {
  const timeUs = Number(time_us);
  return {
    ...row,
    time_ms: timeUs / 1000,
    at: isoOfUs(timeUs),
    direction: direction < 0 ? -1 : 1,
    uncertainty_ms: roundMs(uncertainty_ms),
  };
}
