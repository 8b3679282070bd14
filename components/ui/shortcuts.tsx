'use client';

import { Keyboard } from 'lucide-react';
import { useRouter } from 'next/navigation';
import { useEffect, useMemo, useRef, useState } from 'react';
import { Button } from './button';
import { Dialog } from './dialog';
import { useFrame } from './frame';

const KEYS: [keys: string, what: string][] = [
  ['↑ ↓', 'Move between the rows of a table'],
  ['Enter', 'Follow a car of the live board, or let it go'],
  ['Space', 'Choose a lap, or let it go'],
  ['[  ]', 'Previous, next lap'],
  ['← →', 'Move the cursor of a chart (with Shift: farther)'],
  ['Esc', 'Close a dialog'],
];

/** The keys that work on every page, and the list of all of them. */
export function Shortcuts() {
  const [open, setOpen] = useState(false);
  const router = useRouter();
  const places = useGoals();
  const armedAt = useRef(Number.NEGATIVE_INFINITY);
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (isTyping(event)) return;
      const isArmed = event.timeStamp - armedAt.current < 1500;
      const place = isArmed ? places.find(({ key }) => key === event.key) : undefined;
      armedAt.current = event.key === 'g' ? event.timeStamp : Number.NEGATIVE_INFINITY;
      if (place) router.push(place.href);
      else if (event.key === '?') setOpen(true);
    };
    document.addEventListener('keydown', onKey);
    return () => document.removeEventListener('keydown', onKey);
  }, [router, places]);
  return (
    <>
      <Button
        look="quiet"
        aria-label="Keyboard: all keys"
        isIcon
        className="max-sm:hidden"
        onPress={() => setOpen(true)}
      >
        <Keyboard size={16} aria-hidden />
      </Button>
      <Dialog title="Keys" isOpen={open} onOpenChange={setOpen}>
        <dl className="grid grid-cols-[6rem_1fr] gap-y-2 text-sm">
          {[...goalKeys(places), ...KEYS].map(([keys, what]) => (
            <div key={keys} className="contents">
              <dt>
                <kbd className="rounded-md border border-edge bg-panel px-1.5 py-0.5 font-mono text-xs">
                  {keys}
                </kbd>
              </dt>
              <dd className="text-soft">{what}</dd>
            </div>
          ))}
        </dl>
      </Dialog>
    </>
  );
}

type Goal = { href: string; key: string; words: string };

/** Where the viewer may go by keys. */
function useGoals(): Goal[] {
  const { places } = useFrame();
  return useMemo(() => {
    const open = places.flatMap(({ href, key, words, isOpen }) =>
      isOpen && key !== null ? [{ href, key, words }] : [],
    );
    return [{ href: '/', key: 'h', words: 'Home' }, ...open];
  }, [places]);
}

const goalKeys = (goals: Goal[]): [keys: string, what: string][] => [
  ['?', 'Show these keys'],
  ...goals.map(({ key, words }): [string, string] => [`g ${key}`, `Go to: ${words}`]),
];

/** A key that belongs to a field, a dialog or the browser is not ours. */
export function isTyping(event: KeyboardEvent): boolean {
  if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return true;
  const target = event.target instanceof Element ? event.target : null;
  return Boolean(
    target?.closest('input, textarea, select, [contenteditable], [role="dialog"], [role="menu"]'),
  );
}
