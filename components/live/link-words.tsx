'use client';

import Link from 'next/link';
import { useEffect, useState } from 'react';
import { toLogin } from '@/components/hooks/login';
import type { LinkEnd } from './live-link';
import { type LiveState, type LiveStore, newestFixMs, useLive } from './live-store';

const CLOCK = new Intl.DateTimeFormat('en-GB', { timeStyle: 'medium' });

/** `lag` changes too often to be read out. */
type Line = { look: 'good' | 'waiting' | 'bad'; words: string; lag?: string };

/** How the line to the server is, in a few words. */
export function linkLine({ link, board }: Pick<LiveState, 'link' | 'board'>, lagMs: number): Line {
  switch (link.kind) {
    case 'connecting':
      return { look: 'waiting', words: 'connecting…' };
    case 'reconnecting':
      return { look: 'bad', words: 'reconnecting…' };
    case 'asleep':
      return { look: 'waiting', words: 'asleep while nobody looked' };
    case 'ended':
      return { look: 'waiting', words: link.end.reason === 'closed' ? 'closed' : 'ended' };
    case 'stale':
      // Where no car has come yet nothing can be old.
      return board.cars.length === 0
        ? { look: 'good', words: 'live, no fix yet' }
        : { look: 'bad', words: `stale since ${CLOCK.format(staleSinceMs(board) ?? link.sinceMs)}` };
    case 'live':
      return board.cars.length === 0
        ? { look: 'good', words: 'live, no fix yet' }
        : { look: 'good', words: 'live', lag: `${Math.round(lagMs / 10) * 10} ms` };
  }
}

/** The server's clock when the newest fix was driven: it may have been long before this page was opened. */
function staleSinceMs(board: LiveState['board']): number | null {
  const newestMs = newestFixMs(board);
  return newestMs === null ? null : board.at_ms - Math.max(0, board.clock_ms - newestMs);
}

const DOTS: Record<Line['look'], string> = {
  good: 'rounded-full bg-personal-best',
  waiting: 'rounded-full border-2 border-edge',
  bad: 'bg-danger',
};

/** The line as a dot with words. */
export function LinkWords({ store }: { store: LiveStore }) {
  const link = useLive(store, (state) => state.link);
  const lagMs = useSlowLag(store);
  const { look, words, lag } = linkLine({ link, board: store.get().board }, lagMs);
  return (
    <span className="inline-flex items-center gap-1.5" data-link={link.kind}>
      <span aria-hidden className={`size-2 shrink-0 ${DOTS[look]}`} />
      <span role="status" className={look === 'bad' ? 'font-medium text-danger' : ''}>
        {words}
      </span>
      {lag !== undefined && <span>{lag}</span>}
    </span>
  );
}

const READ_EVERY_MS = 1000;

/** The lag as a running mean that is read once a second: faster nobody can. */
function useSlowLag(store: LiveStore): number {
  const [shownMs, setShown] = useState(() => store.get().board.lag_ms);
  useEffect(() => {
    let mean = store.get().board.lag_ms;
    const stop = store.subscribe(() => {
      mean += (store.get().board.lag_ms - mean) * 0.1;
    });
    const timer = setInterval(() => setShown(mean), READ_EVERY_MS);
    return () => {
      stop();
      clearInterval(timer);
    };
  }, [store]);
  return shownMs;
}

/** Why nothing more comes, and where to go from there. */
export function EndBanner({ store, sessionId }: { store: LiveStore; sessionId: number }) {
  const link = useLive(store, (state) => state.link);
  const closed = useLive(store, (state) => state.board.session.closed);
  const end = link.kind === 'ended' ? link.end : closed ? CLOSED : null;
  const isLoginOver = end?.reason === 'access';
  useEffect(() => {
    if (isLoginOver) toLogin();
  }, [isLoginOver]);
  if (!end) return null;
  return (
    <p role="alert" className="rounded-md border border-edge bg-panel px-3 py-2 text-sm">
      {end.message}{' '}
      {end.reason === 'closed' && (
        <Link href={`/sessions/${sessionId}`} className="text-accent underline">
          Laps, sectors and traces of the session
        </Link>
      )}
      {isLoginOver && (
        <Link href={`/login?next=/live/${sessionId}`} className="text-accent underline">
          Log in
        </Link>
      )}
      {(end.reason === 'deleted' || end.reason === 'forbidden') && (
        <Link href="/live" className="text-accent underline">
          What else is live
        </Link>
      )}
    </p>
  );
}

const CLOSED: LinkEnd = { reason: 'closed', message: 'The session is closed; this is how it ended.' };
