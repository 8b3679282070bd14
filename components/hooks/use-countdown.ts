'use client';

import { useCallback, useEffect, useState } from 'react';

/** Seconds that are left of a time to wait: counts down to 0. */
export function useCountdown(): { leftS: number; start(seconds: number): void } {
  const [untilMs, setUntilMs] = useState<number | null>(null);
  const [leftS, setLeftS] = useState(0);
  useEffect(() => {
    if (untilMs === null) return;
    const tick = () => {
      const left = Math.max(0, Math.ceil((untilMs - performance.now()) / 1000));
      setLeftS(left);
      if (left === 0) setUntilMs(null);
    };
    tick();
    const timer = setInterval(tick, 250);
    return () => clearInterval(timer);
  }, [untilMs]);
  const start = useCallback((seconds: number) => {
    setLeftS(seconds);
    setUntilMs(performance.now() + seconds * 1000);
  }, []);
  return { leftS, start };
}
