'use client';

import { useSyncExternalStore } from 'react';
import type { FollowedFixes, LiveBoardPage, LiveFrame, SnapshotFrame } from '@/lib/contracts/live';
import { applyFrame } from '@/lib/contracts/live-state';
import type { LinkState } from './live-link';

export type LiveState = {
  board: SnapshotFrame;
  link: LinkState;
  /** The browser's clock when the newest frame came; null before the first one. */
  arrivedMs: number | null;
};

/** A board outside of React: whoever shows a part of it renders only when that part changes. */
export type LiveStore = {
  get(): LiveState;
  subscribe(changed: () => void): () => void;
  /** Puts a frame in; see LinkEvents.frame. */
  take(frame: LiveFrame, nowMs: number): 'news' | 'same' | 'lost';
  link(link: LinkState): void;
  /** Hands the followed entry's fixes to whoever draws them; nothing is kept. */
  follow(fixes: FollowedFixes): void;
  onFollow(heard: (fixes: FollowedFixes) => void): () => void;
  /** Forgets what was shown: another delay shows another instant. */
  clear(): void;
};

export function createLiveStore(page: LiveBoardPage): LiveStore {
  let state: LiveState = { board: firstBoard(page), link: { kind: 'connecting' }, arrivedMs: null };
  const listeners = new Set<() => void>();
  const followers = new Set<(fixes: FollowedFixes) => void>();
  const set = (next: LiveState) => {
    state = next;
    for (const listener of listeners) listener();
  };
  return {
    get: () => state,
    subscribe(changed) {
      listeners.add(changed);
      return () => listeners.delete(changed);
    },
    take(frame, nowMs) {
      const board = applyFrame(state.board, frame);
      if (!board) return 'lost';
      const isNews = newestFixMs(board) !== newestFixMs(state.board);
      set({ ...state, board, arrivedMs: nowMs });
      return isNews ? 'news' : 'same';
    },
    link: (link) => set({ ...state, link }),
    follow(fixes) {
      for (const follower of followers) follower(fixes);
    },
    onFollow(heard) {
      followers.add(heard);
      return () => followers.delete(heard);
    },
    clear: () =>
      set({
        board: { ...state.board, seq: Number.NaN, rows: [], cars: [], marks: [] },
        link: { kind: 'connecting' },
        arrivedMs: null,
      }),
  };
}

/** What the page came with, as a board that no update follows on: NaN has no successor. */
function firstBoard(page: LiveBoardPage): SnapshotFrame {
  return {
    type: 'snapshot',
    seq: Number.NaN,
    at_ms: page.session.started_at_ms,
    clock_ms: page.session.started_at_ms,
    lag_ms: 0,
    delay_s: page.mine ? 0 : page.delay_s,
    session: page.session,
    rows: [],
    cars: [],
    marks: [],
  };
}

/** Instant of the newest fix of all cars; null without any. */
export function newestFixMs({ cars }: Pick<SnapshotFrame, 'cars'>): number | null {
  let newest = Number.NEGATIVE_INFINITY;
  for (const car of cars) newest = Math.max(newest, car[1]);
  return Number.isFinite(newest) ? newest : null;
}

/**
 * The entry that the server can be asked to follow: it refuses whom it does not know, and an address may name an entry
 * of another session. `before` = what this gave last: while a cleared board is empty, that entry is still known.
 */
export function followable(
  { board, arrivedMs }: LiveState,
  follow: number | null,
  before: number | null,
): number | null {
  if (arrivedMs === null && follow === before) return follow;
  return board.rows.some((row) => row.entry_id === follow) ? follow : null;
}

/** A part of the board; renders anew only when that very part is another. `pick` must give what the state holds. */
export function useLive<Part>(store: LiveStore, pick: (state: LiveState) => Part): Part {
  const read = () => pick(store.get());
  return useSyncExternalStore(store.subscribe, read, read);
}
