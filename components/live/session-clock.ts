'use client';

import { useEffect, useState } from 'react';
import type { LiveState, LiveStore } from './live-store';

/**
 * Milliseconds since the green flag (before it: since the session began), at the browser's instant `nowMs`; null
 * while nothing has come. It stands at the chequered flag and while the line is down.
 */
export function elapsedMs({ board, link, arrivedMs }: LiveState, nowMs: number): number | null {
  if (arrivedMs === null) return null;
  const { session } = board;
  const fromMs = session.green_at_ms ?? session.started_at_ms;
  if (session.chequered_at_ms !== null) return Math.max(0, session.chequered_at_ms - fromMs);
  const runs = link.kind === 'live' || link.kind === 'stale';
  const since = runs && !session.closed ? nowMs - arrivedMs : 0;
  return Math.max(0, board.clock_ms + since - fromMs);
}

const TICK_MS = 250;

/** The whole seconds of it, counted on between the frames. */
export function useElapsedS(store: LiveStore): number | null {
  const [seconds, setSeconds] = useState<number | null>(null);
  useEffect(() => {
    const tick = () => {
      const ms = elapsedMs(store.get(), performance.now());
      setSeconds(ms === null ? null : Math.floor(ms / 1000));
    };
    tick();
    const timer = setInterval(tick, TICK_MS);
    return () => clearInterval(timer);
  }, [store]);
  return seconds;
}
