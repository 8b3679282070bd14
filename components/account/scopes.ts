import type { KeyCreate } from '@/lib/contracts/people';

export type Scope = KeyCreate['scopes'][number];

/** What a key may be used for, in a line each. */
export const SCOPES: readonly { value: Scope; words: string; what: string }[] = [
  { value: 'read', words: 'Read', what: 'See sessions, laps, tracks and devices.' },
  { value: 'ingest', words: 'Send', what: 'Send recordings and positions in.' },
  {
    value: 'admin',
    words: 'Everything',
    what: 'Whatever your own level may do, but for passwords, logins and keys.',
  },
];

export const scopeWords = (scopes: readonly Scope[]): string =>
  SCOPES.filter(({ value }) => scopes.includes(value))
    .map(({ words }) => words)
    .join(', ');

const DAY_MS = 24 * 3600 * 1000;

export type Expiry = '30' | '90' | '365' | 'never';

/** For how long a key may be made, in days. */
export const EXPIRIES: readonly { value: Expiry; words: string }[] = [
  { value: '30', words: '30 days' },
  { value: '90', words: '90 days' },
  { value: '365', words: '1 year' },
  { value: 'never', words: 'No end' },
];

/** The instant at which a key of this kind ends; null = it does not. */
export function expiryInstant(expiry: Expiry, nowMs: number): string | null {
  return expiry === 'never' ? null : new Date(nowMs + Number(expiry) * DAY_MS).toISOString();
}
