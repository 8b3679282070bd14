import type { KeyboardEvent } from 'react';

/** Keys of a row that can have the focus: arrows go to the row beside it, space and Enter choose it. */
export function walkRows(event: KeyboardEvent<HTMLTableRowElement>, choose: () => void): void {
  if (event.target !== event.currentTarget) return;
  const row = event.currentTarget;
  const next =
    event.key === 'ArrowDown'
      ? row.nextElementSibling
      : event.key === 'ArrowUp'
        ? row.previousElementSibling
        : null;
  if (event.key === ' ' || event.key === 'Enter') choose();
  // Rows that only keep the place of others cannot have it.
  else if (!(next instanceof HTMLElement) || !next.hasAttribute('tabindex')) return;
  else next.focus();
  event.preventDefault();
}
