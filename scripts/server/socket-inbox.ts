/** Messages on their way into a session, one after the other. */
export type Inbox = {
  put(text: string): void;
  /** Resolves when all that was put in has been handled. */
  idle(): Promise<void>;
  /** Forgets what waits. */
  clear(): void;
};

/** So many messages wait for their turn; beyond, the socket is not read. */
export const MOST_WAITING = 100;

/**
 * Hands messages to `handle` in their order, each when the one before has settled. `flow` stops and starts the reading
 * of the socket, so that nothing is ever dropped: whoever sends too fast has to wait. After a rejection, of which
 * `failed` hears, what waits is forgotten.
 */
export function inbox(options: {
  handle(text: string): Promise<void>;
  flow: { pause(): void; resume(): void };
  failed(error: unknown): void;
}): Inbox {
  const { handle, flow, failed } = options;
  const waiting: string[] = [];
  let work: Promise<void> | null = null;
  let isPaused = false;

  const handleAll = async (): Promise<void> => {
    try {
      for (let text = waiting.shift(); text !== undefined; text = waiting.shift()) {
        await handle(text);
        if (!isPaused || waiting.length >= MOST_WAITING / 2) continue;
        isPaused = false;
        flow.resume();
      }
    } catch (error) {
      waiting.length = 0;
      failed(error);
    } finally {
      work = null;
    }
  };
  return {
    put(text) {
      waiting.push(text);
      if (!isPaused && waiting.length >= MOST_WAITING) {
        isPaused = true;
        flow.pause();
      }
      work ??= handleAll();
    },
    idle: async () => work ?? undefined,
    clear() {
      waiting.length = 0;
    },
  };
}
