'use client';

import { type RefObject, useEffect, useRef } from 'react';

/** Whether the reader lets things move. */
function mayMove(): boolean {
  return !window.matchMedia('(prefers-reduced-motion: reduce)').matches;
}

const FLASH_MS = 600;

/** Lights an element up once when `value` becomes another while `isBest` holds; not when it appears. */
export function useFlash(value: number | null, isBest: boolean): RefObject<HTMLSpanElement | null> {
  const element = useRef<HTMLSpanElement>(null);
  const shown = useRef(value);
  useEffect(() => {
    const before = shown.current;
    shown.current = value;
    if (before === value || before === null || !isBest || !mayMove()) return;
    element.current?.animate([{ backgroundColor: 'var(--session-best)', color: 'var(--page)' }, {}], {
      duration: FLASH_MS,
      easing: 'ease-out',
    });
  }, [value, isBest]);
  return element;
}

const SLIDE_MS = 200;

/**
 * Slides rows of one height to their new place: call it after each render with the ids in their order. Slides that
 * are still under way go on, the new one is added to them.
 */
export function useSlidingRows(
  body: RefObject<HTMLElement | null>,
  order: readonly number[],
  isOn: boolean,
): void {
  const before = useRef<readonly number[]>(order);
  useEffect(() => {
    const was = before.current;
    before.current = order;
    if (was === order || !isOn || !body.current || !mayMove()) return;
    const placeBefore = new Map(was.map((id, place) => [id, place]));
    const rows = new Map(
      [...body.current.querySelectorAll<HTMLElement>('[data-entry]')].map((row) => [
        Number(row.dataset.entry),
        row,
      ]),
    );
    order.forEach((id, place) => {
      const by = (placeBefore.get(id) ?? place) - place;
      const row = rows.get(id);
      if (by === 0 || !row) return;
      row.animate([{ transform: `translateY(${by * row.offsetHeight}px)` }, { transform: 'none' }], {
        duration: SLIDE_MS,
        easing: 'ease-out',
        composite: 'add',
      });
    });
  }, [body, order, isOn]);
}
