'use client';

import { useEffect, useRef, useState } from 'react';
import { type LinkWorld, openLiveLink, type SourceHandlers } from '@/components/live/live-link';
import { createLiveStore, type LiveStore, useLive } from '@/components/live/live-store';
import type { EndFrame, LiveBoardPage } from '@/lib/contracts/live';

type Wishes = { delayS: number; follow: number | null };

/** The live board of a page: a store that the server's stream fills as long as the page is seen. */
export function useLiveBoard(page: LiveBoardPage, { delayS, follow }: Wishes): LiveStore {
  const sessionId = page.session.session_id;
  const [store] = useState(() => createLiveStore(page));
  // The server refuses to follow whom it does not know: an address may name an entry of another session.
  const isThere = useLive(store, ({ board }) => board.rows.some((row) => row.entry_id === follow));
  const followed = isThere ? follow : null;
  const shownDelay = useRef(delayS);
  useEffect(() => {
    if (shownDelay.current !== delayS) store.clear();
    shownDelay.current = delayS;
    const query = new URLSearchParams({ delay_s: String(delayS) });
    if (followed !== null) query.set('follow', String(followed));
    return openLiveLink(`/api/v1/live/${sessionId}?${query}`, browserWorld(sessionId), {
      frame: (frame) => store.take(frame, performance.now()),
      follow: store.follow,
      state: store.link,
    });
  }, [store, sessionId, delayS, followed]);
  return store;
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
async function whyRefused(sessionId: number): Promise<EndFrame | null> {
  const { status } = await fetch(`/api/v1/sessions/${sessionId}`, {
    headers: { accept: 'application/json' },
  });
  const end = (reason: EndFrame['reason'], message: string): EndFrame => ({
    type: 'end',
    reason,
    message,
    come_again: false,
  });
  if (status === 401) return end('access', 'Your login has ended.');
  if (status === 403) return end('access', 'You may not see this session.');
  return status === 404 ? end('deleted', 'The session has been deleted.') : null;
}
