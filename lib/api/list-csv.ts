import { z } from 'zod';
import { AppError } from '@/lib/errors';
import type { ServiceContext } from '@/lib/services/context';
import { checkAnswer } from './answer-check';
import { type CsvCell, csvHeaders, csvLines } from './csv';
import { type CsvTable, csvFormat, type Given, type Operation } from './operation';
import { parseShape } from './parse';

/** So many rows fit into one table. Who wants more asks for less at a time. */
export const CSV_MOST_ROWS = 100_000;
const PAGE_ROWS = 1000;

type Row = Record<string, CsvCell>;
type ListPage = { items: readonly object[]; total: number; next: string | null };

/** Whether a request asks for the table; throws an AppError 400 for a format that there is not. */
export function asksForCsv(one: Operation, given: Given): boolean {
  if (!one.csv) return false;
  const format: unknown = Reflect.get(Object(given.query), 'format');
  if (one.csv.ownFormat) return format === 'csv';
  return parseShape('query', csvFormat, { format }).format === 'csv';
}

/**
 * A list as a table: every row that matches, read page by page while it is sent, so that a long list neither fills
 * the memory nor holds the database. With `limit` or `cursor` it is that one page, as in JSON; a Link names the next.
 * Throws an AppError 400 `too_many_rows` above the cap.
 */
export async function listCsv(
  one: Operation,
  table: CsvTable,
  ctx: ServiceContext,
  request: Request,
  given: Given,
): Promise<Response> {
  const query = { ...Object(given.query) };
  const isOnePage = 'limit' in query || 'cursor' in query;
  const isPaged = one.query instanceof z.ZodObject && 'limit' in one.query.shape;
  const read = async (cursor: string | null): Promise<ListPage> => {
    const more = isPaged && !isOnePage ? { limit: String(table.pageRows ?? PAGE_ROWS) } : {};
    const at = cursor === null ? {} : { cursor };
    return listOf(one, await one.call(ctx, request, { ...given, query: { ...query, ...more, ...at } }));
  };
  const first = await read(null);
  if (!isOnePage && first.total > CSV_MOST_ROWS) throw tooMany(first.total);
  const columns = table.columns
    ? await table.columns(ctx, given, first.items)
    : columnsOf(one, table.omit ?? []);
  const rowOf = table.row ?? flatten;
  const linesOf = (items: readonly object[]): string =>
    csvLines(items.map(rowOf).map((row) => columns.map((column) => row[column] ?? null)));
  const pages = isOnePage ? onePage(first) : allPages(first, read);
  const name = typeof table.name === 'string' ? table.name : table.name(Object(given.params));
  const response = new Response(streamOf(csvLines([columns]), pages, linesOf), {
    headers: csvHeaders(name),
  });
  if (isOnePage && first.next !== null) response.headers.set('Link', nextLink(request.url, first.next));
  return response;
}

async function* onePage(first: ListPage): AsyncGenerator<readonly object[]> {
  yield first.items;
}

/** Rows that came in meanwhile move the later ones to the next page: what was sent is not sent again. */
async function* allPages(
  first: ListPage,
  read: (cursor: string) => Promise<ListPage>,
): AsyncGenerator<readonly object[]> {
  const sent = new Set<unknown>();
  let rows = 0;
  for (let page = first; ; page = await read(page.next)) {
    const fresh = page.items.filter((item) => {
      const id: unknown = Reflect.get(item, 'id');
      return id === undefined || !sent.has(id);
    });
    for (const item of fresh) sent.add(Reflect.get(item, 'id'));
    rows += fresh.length;
    yield fresh;
    if (page.next === null || rows >= CSV_MOST_ROWS) return;
  }
}

function streamOf(
  header: string,
  pages: AsyncGenerator<readonly object[]>,
  linesOf: (items: readonly object[]) => string,
): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  return new ReadableStream({
    start: (controller) => controller.enqueue(encoder.encode(header)),
    async pull(controller) {
      for (;;) {
        const { value, done } = await pages.next();
        if (done) return controller.close();
        if (value.length > 0) return controller.enqueue(encoder.encode(linesOf(value)));
      }
    },
    async cancel() {
      await pages.return(undefined);
    },
  });
}

/** The answer of a list operation, which its contract says to be one. */
function listOf(one: Operation, answer: unknown): ListPage {
  checkAnswer(one, answer);
  return answer as ListPage;
}

const tooMany = (total: number): AppError =>
  new AppError(
    'too_many_rows',
    400,
    `The table would have ${total} rows; at most ${CSV_MOST_ROWS} fit. Narrow the list by its filters, or take it page by page with limit and cursor.`,
    [{ field: 'format', message: 'too many rows' }],
  );

function nextLink(url: string, cursor: string): string {
  const next = new URL(url);
  next.searchParams.set('cursor', cursor);
  return `<${next.pathname}${next.search}>; rel="next"`;
}

/** The names of the items' fields, those of an object in it led by its own: owner → owner_id, owner_username. */
export function columnsOf(one: Operation, omit: readonly string[]): string[] {
  const list = one.answer instanceof z.ZodObject ? one.answer.shape.items : null;
  const item = list instanceof z.ZodArray ? list.element : null;
  if (!(item instanceof z.ZodObject)) throw new Error(`${one.id} answers with no list of objects.`);
  return Object.entries(item.shape)
    .filter(([name]) => !omit.includes(name))
    .flatMap(([name, field]) => {
      const inner = field instanceof z.ZodNullable ? field.unwrap() : field;
      return inner instanceof z.ZodObject ? Object.keys(inner.shape).map((sub) => `${name}_${sub}`) : [name];
    });
}

/** An item as cells by column; what is neither a value nor an object of values is written as JSON. */
export function flatten(item: object): Row {
  const row: Row = {};
  for (const [name, value] of Object.entries(item)) {
    if (isCell(value)) row[name] = value;
    else if (Array.isArray(value)) row[name] = JSON.stringify(value);
    else {
      row[name] = JSON.stringify(value);
      for (const [sub, inner] of Object.entries(Object(value)))
        if (isCell(inner)) row[`${name}_${sub}`] = inner;
    }
  }
  return row;
}

function isCell(value: unknown): value is CsvCell {
  return value === null || ['string', 'number', 'boolean'].includes(typeof value);
}
