'use client';

import { Button } from './button';

type PageTurnerProps = {
  /** The cursor of this page; null = it is the first. */
  cursor: string | null;
  /** The cursor of the page after it; null = it is the last. */
  next: string | null;
  onTurn(cursor: string | null): void;
};

/** To the next page of a list and back to its first; nothing where there is one page. */
export function PageTurner({ cursor, next, onTurn }: PageTurnerProps) {
  if (next === null && cursor === null) return null;
  return (
    <div className="flex justify-end gap-2">
      {cursor !== null && <Button onPress={() => onTurn(null)}>Back to the first</Button>}
      {next !== null && <Button onPress={() => onTurn(next)}>Next</Button>}
    </div>
  );
}
