/** Days of the reader's own zone as instants, and back. */

/** Midnight at the begin of a day (`2026-03-14`), or of the one after it, as ISO 8601 UTC; null when it is none. */
export function dayInstant(day: string, edge: 'begin' | 'end'): string | null {
  const [year = 0, month = 0, date = 0] = day.split('-').map(Number);
  if (!/^\d{4}-\d{2}-\d{2}$/.test(day)) return null;
  return new Date(year, month - 1, date + (edge === 'end' ? 1 : 0)).toISOString();
}

/** The day whose begin or end an instant is; empty when it is no instant. */
export function dayOfInstant(instant: string | null, edge: 'begin' | 'end'): string {
  const timeMs = Date.parse(instant ?? '');
  if (Number.isNaN(timeMs)) return '';
  const at = new Date(edge === 'end' ? timeMs - 1 : timeMs);
  const pad = (value: number) => String(value).padStart(2, '0');
  return `${String(at.getFullYear()).padStart(4, '0')}-${pad(at.getMonth() + 1)}-${pad(at.getDate())}`;
}
