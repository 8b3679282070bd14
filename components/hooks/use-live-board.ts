'use client';

import { useEffect, useRef, useState } from 'react';
import {
  endOfStatus,
  type LinkEnd,
  type LinkWorld,
  openLiveLink,
  SILENT_MS,
  type SourceHandlers,
} from '@/components/live/live-link';
import { createLiveStore, followable, type LiveStore, useLive } from '@/components/live/live-store';
import type { LiveBoardPage } from '@/lib/contracts/live';

type Wishes = { delayS: number; follow: number | null };

/** The live board of a page: a store that the server's stream fills as long as the page is seen. */
export function useLiveBoard(page: LiveBoardPage, { delayS, follow }: Wishes): LiveStore {
  const sessionId = page.session.session_id;
  const [store] = useState(() => createLiveStore(page));
  const followed = useFollowable(store, follow);
  // The server shows it so late at least, and has nothing to show before its history is as old.
  const givenS = Math.max(delayS, page.mine ? 0 : page.delay_s);
  const shownDelay = useRef(delayS);
  useEffect(() => {
    if (shownDelay.current !== delayS) store.clear();
    shownDelay.current = delayS;
    const query = new URLSearchParams({ delay_s: String(delayS) });
    if (followed !== null) query.set('follow', String(followed));
    return openLiveLink(
      `/api/v1/live/${sessionId}?${query}`,
      browserWorld(sessionId),
      {
        frame: (frame) => store.take(frame, performance.now()),
        follow: store.follow,
        state: store.link,
      },
      { firstWithinMs: SILENT_MS + 1000 * givenS },
    );
  }, [store, sessionId, delayS, givenS, followed]);
  return store;
}

/** The entry to ask the server for: `follow` once it is known to be on the board. */
function useFollowable(store: LiveStore, follow: number | null): number | null {
  const [before, setBefore] = useState<number | null>(null);
  const followed = useLive(store, (state) => followable(state, follow, before));
  if (before !== followed) setBefore(followed);
  return followed;
}

function browserWorld(sessionId: number): LinkWorld {
  return {
    open: openSource,
    after(ms, run) {
      const timer = setTimeout(run, ms);
      return () => clearTimeout(timer);
    },
    nowMs: () => Date.now(),
    random: () => Math.random(),
    watchSeen(changed) {
      const tell = () => changed(document.visibilityState === 'visible');
      document.addEventListener('visibilitychange', tell);
      return () => document.removeEventListener('visibilitychange', tell);
    },
    whyRefused: () => whyRefused(sessionId),
  };
}

function openSource(url: string, handlers: SourceHandlers) {
  const source = new EventSource(url);
  for (const name of ['snapshot', 'update', 'follow', 'end'] as const)
    source.addEventListener(name, (event) => handlers.event(name, event.data));
  source.onerror = () => handlers.error();
  return source;
}

/** A stream tells no status; an ordinary request about the same session does. */
async function whyRefused(sessionId: number): Promise<LinkEnd | null> {
  const { status } = await fetch(`/api/v1/sessions/${sessionId}`, {
    headers: { accept: 'application/json' },
  });
  return endOfStatus(status);
}
