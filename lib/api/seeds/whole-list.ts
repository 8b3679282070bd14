import type { Page } from '@/lib/services/paging';
import { seedAnswer } from './seed-route';

const AT_ONCE = 1_000;
/** The older systems sent whole tables; beyond this a caller must turn pages. */
const MOST = 10_000;

type List<Item> = { items: Item[]; total: number; next: string | null };

/**
 * A list as a bare JSON array, as the older systems sent it: its first 10,000 rows. The header X-Total-Count says how
 * many there are.
 */
export async function wholeList<Item, Row>(
  read: (page: Page) => Promise<List<Item>>,
  shape: (item: Item) => Row,
): Promise<Response> {
  const rows: Row[] = [];
  let total = 0;
  let cursor: string | null = null;
  do {
    const page: List<Item> = await read({ limit: AT_ONCE, ...(cursor === null ? {} : { cursor }) });
    rows.push(...page.items.map(shape));
    total = page.total;
    cursor = page.next;
  } while (cursor !== null && rows.length < MOST);
  return seedAnswer(rows, { headers: { 'X-Total-Count': String(total) } });
}
