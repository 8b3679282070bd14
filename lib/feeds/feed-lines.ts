import type { RefusedFix } from '@/lib/contracts/ingest';
import type { Attributes, IncomingFix } from '@/lib/live/ingest';
import type { Frame } from '@/lib/timing/types';

/** Which device a sender means: by its id here, or by the sender's own name for it. */
export type SenderDevice = { id: number } | { name: string };

/** A fix as a feed understood it; `index` counts the fixes of the request (lines of a text, header apart) from 0. */
export type FeedLine = { index: number; device: SenderDevice; frame: Frame; fix: IncomingFix };

/** A line that holds no fix, and why; `device` where that much could be read. */
export type FeedFault = RefusedFix & { device: SenderDevice | null };

/** What a request brought: every line of it is in one of the two lists. */
export type ParsedFeed = { lines: FeedLine[]; faults: FeedFault[] };

/** Why something is no fix, in words that name the field. */
export type Fault = { reason: 'malformed' | 'not_finite'; message: string };

export const malformed = (message: string): Fault => ({ reason: 'malformed', message });

export const isFault = (value: object): value is Fault => 'reason' in value && 'message' in value;

export const ATTRIBUTE_LIMITS = { count: 64, nameLength: 60, textLength: 500 } as const;

/** Text that the database takes: whole Unicode characters, none of them U+0000. */
const isPlain = (text: string): boolean => !/[\0\p{Surrogate}]/u.test(text);

/** Gathers further values of a fix, within bounds; gives what is wrong with one, or null. */
export function addAttribute(attributes: Attributes, name: string, value: unknown): Fault | null {
  if (value === null || value === undefined) return null;
  const { count, nameLength, textLength } = ATTRIBUTE_LIMITS;
  if (name === '' || name.length > nameLength || !isPlain(name))
    return malformed(`an attribute's name must have 1 to ${nameLength} characters`);
  const shown = JSON.stringify(name);
  if (typeof value === 'number' && !Number.isFinite(value))
    return { reason: 'not_finite', message: `${shown} is no finite number` };
  if (typeof value === 'string' && (value.length > textLength || !isPlain(value)))
    return malformed(`${shown} must be text of at most ${textLength} characters`);
  if (typeof value !== 'number' && typeof value !== 'string' && typeof value !== 'boolean')
    return malformed(`${shown} must be a number, a text or true or false`);
  if (Object.keys(attributes).length >= count && !Object.hasOwn(attributes, name))
    return malformed(`it has more than ${count} attributes`);
  // A plain assignment of __proto__ would be lost.
  Object.defineProperty(attributes, name, { value, enumerable: true, configurable: true, writable: true });
  return null;
}

/** Attributes as they are stored: none is null. */
export const attributesOrNull = (attributes: Attributes): Attributes | null =>
  Object.keys(attributes).length > 0 ? attributes : null;
