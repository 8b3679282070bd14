import { MISSING } from '@/components/format';
import type { LogItem } from '@/lib/contracts/logs';

/** Rows of the audit log for people. */

/** Who did it: a name, a key of somebody, the server itself, or nobody that it knows. */
export function actorWords({ actor, username, key_name }: LogItem): string {
  if (actor === 'system') return 'the server';
  if (actor === 'nobody') return 'nobody logged in';
  const name = username ?? 'a deleted account';
  return actor === 'key' ? `${name}, key ${key_name ?? 'without a name'}` : name;
}

/** What it was done to: `session Saturday practice`, `log 7`. */
export function targetWords({ target, target_id, target_name }: LogItem): string {
  if (target === null) return MISSING;
  const which = target_name ?? target_id;
  return which === null ? target : `${target} ${which}`;
}

/** How it ended, where that is not what the action's name says: `wrong password`. */
export function outcomeOf({ details: { outcome } }: LogItem): string | null {
  return typeof outcome === 'string' && outcome !== 'logged in' ? outcome : null;
}

/** A country's name out of its two letters, in English, as the pages are. */
export function countryName(code: string): string {
  try {
    return new Intl.DisplayNames('en', { type: 'region' }).of(code) ?? code;
  } catch {
    return code;
  }
}

/** A detail's value as a line of text. */
export function detailText(value: unknown): string {
  if (typeof value === 'string') return value;
  if (Array.isArray(value)) return value.map(detailText).join(' → ');
  return JSON.stringify(value) ?? MISSING;
}
