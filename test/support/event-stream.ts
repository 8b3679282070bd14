import { afterEach } from 'vitest';

export type StreamedEvent = { id: string | null; event: string; data: Record<string, unknown> };

export type EventReader = {
  status: number;
  /** Reads until an event that `wanted` says yes to; gives all that came since the last call. */
  upTo(wanted: (event: StreamedEvent) => boolean): Promise<StreamedEvent[]>;
  /** Reads to the end of the stream; gives all since the last call. */
  rest(): Promise<StreamedEvent[]>;
  close(): void;
};

const opened: AbortController[] = [];
afterEach(() => {
  for (const one of opened.splice(0)) one.abort();
});

/** Opens a stream of server-sent events; closed after the test. */
export async function openEvents(url: string, headers: Record<string, string> = {}): Promise<EventReader> {
  const gone = new AbortController();
  opened.push(gone);
  const answer = await fetch(url, { headers, signal: gone.signal });
  const reader = answer.body?.getReader();
  const decoder = new TextDecoder();
  let text = '';
  let isOver = false;
  /** The events that are there in whole. */
  const taken = (): StreamedEvent[] => {
    const blocks = text.split('\n\n');
    text = blocks.pop() ?? '';
    return blocks.filter((block) => block.includes('event: ')).map(eventOf);
  };
  const more = async (): Promise<StreamedEvent[]> => {
    const piece = await reader?.read().catch(() => null);
    isOver = piece?.done ?? true;
    text += decoder.decode(piece?.value, { stream: true });
    return taken();
  };
  return {
    status: answer.status,
    async upTo(wanted) {
      const events: StreamedEvent[] = [];
      while (!events.some(wanted) && !isOver) events.push(...(await more()));
      if (!events.some(wanted)) throw new Error('The stream has ended.');
      return events;
    },
    async rest() {
      const events: StreamedEvent[] = [];
      while (!isOver) events.push(...(await more()));
      return events;
    },
    close: () => gone.abort(),
  };
}

function eventOf(block: string): StreamedEvent {
  const field = (name: string) => new RegExp(`^${name}: (.*)$`, 'm').exec(block)?.[1] ?? null;
  return { id: field('id'), event: field('event') ?? '', data: JSON.parse(field('data') ?? 'null') };
}
