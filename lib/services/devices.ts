import type { DeviceItem } from '@/lib/contracts/system';
import * as store from '@/lib/db/devices';
import type { ServiceContext } from './context';
import { isoOf } from './instants';
import { type Page, pageOf } from './paging';

export async function listDevices(
  ctx: Pick<ServiceContext, 'db'>,
  input: Page,
): Promise<{ items: DeviceItem[]; total: number; next: string | null }> {
  const page = pageOf(input);
  const rows = await store.listDevices(ctx.db, page.limit, page.offset);
  const items = rows.map((row) => ({
    id: row.id,
    source: row.source,
    external_id: row.externalId,
    name: row.name,
    frame: row.frame,
    sessions: row.sessions,
    created_at: isoOf(row.createdAt),
  }));
  return page.list(items, await store.countDevices(ctx.db));
}
