import type { EndFrame } from '@/lib/contracts/live';

/** How streams end: with a last word for this reason, or because the other side left. */
export type StreamEnd = EndFrame['reason'] | 'left';

export type StreamCounters = {
  /** Streams of live boards that are open now. */
  open: number;
  /** Those that have ended since the start, by how. */
  ended: Record<StreamEnd, number>;
};

/** The live streams of this process. They hang on globalThis: server and routes load different copies of this module. */
export function streamCounters(): StreamCounters {
  const shared: typeof globalThis & { pitwallStreamCounters?: StreamCounters } = globalThis;
  shared.pitwallStreamCounters ??= {
    open: 0,
    ended: { closed: 0, slow: 0, stopping: 0, access: 0, deleted: 0, left: 0 },
  };
  return shared.pitwallStreamCounters;
}
