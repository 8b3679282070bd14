'use client';

import { parseAsArrayOf, parseAsInteger, parseAsString, parseAsStringLiteral, useQueryStates } from 'nuqs';
import { useCallback } from 'react';
import { LIVE_LIMITS } from '@/lib/contracts/live';

const STRIP_SPANS = ['60s', 'lap', 'last'] as const;
/** The last 60 seconds, the running lap so far, or the lap before it. */
export type StripSpan = (typeof STRIP_SPANS)[number];

const VIEW = {
  follow: parseAsInteger,
  delay: parseAsInteger.withDefault(0),
  strips: parseAsArrayOf(parseAsString),
  span: parseAsStringLiteral(STRIP_SPANS).withDefault('60s'),
};

/** What of a board is shown; it lives in the URL, so that the view can be sent to a colleague. */
export function useLiveView() {
  const [view, set] = useQueryStates(VIEW);
  // Every row of the board holds it: another one would render them all.
  const setFollow = useCallback((follow: number | null) => void set({ follow }), [set]);
  return {
    follow: view.follow !== null && view.follow > 0 ? view.follow : null,
    delayS: Math.min(LIVE_LIMITS.delayS, Math.max(0, view.delay)),
    /** Names of channels; null = the usual ones. */
    strips: view.strips,
    span: view.span,
    setFollow,
    setDelay: (delayS: number) => set({ delay: delayS === 0 ? null : delayS }),
    setStrips: (strips: string[] | null) => set({ strips }),
    setSpan: (span: StripSpan) => set({ span }),
  };
}

export type LiveView = ReturnType<typeof useLiveView>;
