'use client';

import { ChevronDown } from 'lucide-react';
import { CheckMenu } from '@/components/ui/check-menu';

const CHOICES_S = [0, 5, 10, 15, 20, 30, 45, 60, 90, 120, 180, 300];

type DelayMenuProps = {
  /** What the viewer wants, and what the server gives: it may hold more back. */
  wantedS: number;
  givenS: number;
  onWant(delayS: number): void;
};

/** How late everything is shown, to go with a picture that comes late itself. */
export function DelayMenu({ wantedS, givenS, onWant }: DelayMenuProps) {
  const choices = [...new Set([...CHOICES_S, wantedS])].sort((a, b) => a - b);
  return (
    <CheckMenu
      title="Show everything late by"
      label={`Delay ${givenS} s: change it`}
      items={choices.map((delayS) => ({
        id: String(delayS),
        words: delayS === 0 ? 'Nothing: at once' : `${delayS} s`,
      }))}
      chosen={[String(wantedS)]}
      isSingle
      onChoose={([delayS]) => delayS !== undefined && onWant(Number(delayS))}
    >
      <span className={givenS > 0 ? 'font-semibold text-text' : ''}>Delay {givenS} s</span>
      <ChevronDown size={16} aria-hidden />
    </CheckMenu>
  );
}

/** Says it wherever somebody could take the past for now. */
export function DelayNote({ delayS }: { delayS: number }) {
  if (delayS <= 0) return null;
  return <span className="rounded-md bg-page px-1 text-xs text-soft">as of {delayS} s ago</span>;
}
