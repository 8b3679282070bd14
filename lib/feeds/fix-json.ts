import type { FeedFault, FeedLine, ParsedFeed, SenderDevice } from './feed-lines';
import { isFault } from './feed-lines';
import { LINES_A_TURN, type Turns } from './in-turns';
import { deviceOfFields, fixOfFields, isFields } from './sent-fix';

/** Takes values one by one; `fallback` is the device of those that name none. */
function collector(fallback: SenderDevice | null) {
  const lines: FeedLine[] = [];
  const faults: FeedFault[] = [];
  const take = (index: number, value: unknown): void => {
    if (!isFields(value)) {
      faults.push({ index, device: fallback, reason: 'malformed', message: 'it is no JSON object' });
      return;
    }
    const named = deviceOfFields(value);
    if (named && isFault(named)) {
      faults.push({ index, device: null, ...named });
      return;
    }
    const device = named ?? fallback;
    const parsed = fixOfFields(value);
    if (isFault(parsed)) faults.push({ index, device, ...parsed });
    else if (device) lines.push({ index, device, ...parsed });
    else faults.push({ index, device, reason: 'malformed', message: 'device (or device_id) is missing' });
  };
  return { lines, faults, take };
}

/**
 * Fixes of a JSON document: `{device | device_id, fixes: […]}`, an array of fixes that each name their device, or one
 * such fix. Null = the document is none of these, or its own device is not readable (`message` says why).
 */
export function* fixesOfJson(
  document: unknown,
  fallback: SenderDevice | null,
): Turns<ParsedFeed | { message: string }> {
  if (Array.isArray(document)) return yield* fixesOfList(document, fallback);
  if (!isFields(document))
    return { message: 'must be {"device": …, "fixes": […]}, an array of fixes, or one fix' };
  const { fixes } = document;
  if (fixes === undefined) return yield* fixesOfList([document], fallback);
  if (!Array.isArray(fixes)) return { message: 'fixes must be an array' };
  const named = deviceOfFields(document);
  if (named && isFault(named)) return { message: named.message };
  return yield* fixesOfList(fixes, named ?? fallback);
}

function* fixesOfList(list: readonly unknown[], fallback: SenderDevice | null): Turns<ParsedFeed> {
  const { lines, faults, take } = collector(fallback);
  for (const [index, value] of list.entries()) {
    take(index, value);
    if (index % LINES_A_TURN === LINES_A_TURN - 1) yield;
  }
  return { lines, faults };
}

/** Fixes of newline-delimited JSON, one object a line; blank lines do not count. */
export function* fixesOfNdjson(text: string, fallback: SenderDevice | null): Turns<ParsedFeed> {
  const { lines, faults, take } = collector(fallback);
  let index = 0;
  for (const line of text.split('\n')) {
    if (line.trim() === '') continue;
    const value = parsedLine(line);
    if (value === NOT_JSON)
      faults.push({ index, device: fallback, reason: 'malformed', message: 'the line is not JSON' });
    else take(index, value);
    if (++index % LINES_A_TURN === 0) yield;
  }
  return { lines, faults };
}

const NOT_JSON = Symbol('not JSON');

function parsedLine(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return NOT_JSON;
  }
}
