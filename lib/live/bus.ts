/** One message of a topic. Ids have the form `ms-seq` (as Redis streams have), so they stay in order over restarts. */
export type BusMessage = {
  readonly id: string;
  readonly data: unknown;
  /** The data as JSON, made at most once for all who need it. */
  readonly json: string;
};

export type Listener = (message: BusMessage) => void;

export type SubscribeOptions = {
  /**
   * Called when messages of other processes may have been missed: what this listener knows may be old, and it has to
   * ask for it anew.
   */
  onGap?: () => void;
};

/** What happens now, to whoever listens; nothing here is the only copy of anything. */
export type Bus = {
  /** Gives the message's id. `data` must be JSON, but for what the topic's policy turns back (lib/live/topics). */
  publish(topic: string, data: unknown): string;
  /** Calls `listener` with every message from now on; gives the way to stop it. */
  subscribe(topic: string, listener: Listener, options?: SubscribeOptions): () => void;
  /** The kept messages after `id`, oldest first; null when messages between may have been dropped or missed. */
  since(topic: string, id: string): BusMessage[] | null;
  /** All messages of a topic that are kept, oldest first. */
  kept(topic: string): BusMessage[];
  /** How many listen to a topic, or to any. */
  listeners(topic?: string): number;
  close(): Promise<void>;
};

/** Makes a message; `json` when it is known already. */
export function busMessage(id: string, data: unknown, json?: string): BusMessage {
  let text = json;
  return {
    id,
    data,
    get json() {
      text ??= JSON.stringify(data) ?? 'null';
      return text;
    },
  };
}

/** Compares two `ms-seq` ids: negative when `a` came first. */
export function compareIds(a: string, b: string): number {
  const [aMs = 0, aSeq = 0] = a.split('-').map(Number);
  const [bMs = 0, bSeq = 0] = b.split('-').map(Number);
  return aMs - bMs || aSeq - bSeq;
}

/** The epoch milliseconds in an id: when its publisher's clock says that it was made. */
export const idMs = (id: string): number => Number(id.split('-', 1)[0]);

/** Whether a text is an id of this form. */
export const isBusId = (text: string): boolean => /^\d{1,15}-\d{1,9}$/.test(text);
