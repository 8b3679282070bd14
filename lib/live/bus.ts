/** One message of a topic. Ids have the form `ms-seq` (as Redis streams have), so they stay in order over restarts. */
export type BusMessage = { id: string; data: unknown };

export type Listener = (message: BusMessage) => void;

/** What happens now, to whoever listens; nothing here is the only copy of anything. */
export type Bus = {
  /** Gives the message's id. `data` must be JSON. */
  publish(topic: string, data: unknown): string;
  /** Calls `listener` with every message from now on; gives the way to stop it. */
  subscribe(topic: string, listener: Listener): () => void;
  /** The kept messages after `id`, oldest first; null when messages between may have been dropped. */
  since(topic: string, id: string): BusMessage[] | null;
};

/** Compares two `ms-seq` ids: negative when `a` came first. */
export function compareIds(a: string, b: string): number {
  const [aMs = 0, aSeq = 0] = a.split('-').map(Number);
  const [bMs = 0, bSeq = 0] = b.split('-').map(Number);
  return aMs - bMs || aSeq - bSeq;
}

/** Whether a text is an id of this form. */
export const isBusId = (text: string): boolean => /^\d{1,15}-\d{1,9}$/.test(text);
