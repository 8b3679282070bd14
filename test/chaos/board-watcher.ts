import type { EndFrame, LiveFrame, SnapshotFrame } from '@/lib/contracts/live';
import { applyFrame } from '@/lib/contracts/live-state';
import type { LiveServer, TestPerson } from './live-server';

export type Watcher = {
  board(): SnapshotFrame | null;
  /** Frames so far. */
  frames(): number;
  end(): EndFrame | null;
  /** Times that the stream broke and was opened again. */
  breaks(): number;
  moveTo(server: LiveServer): void;
  stop(): void;
};

/** A viewer of a session's board who comes again whenever his stream breaks. */
export function watchBoard(server: LiveServer, person: TestPerson, sessionId: number): Watcher {
  let to = server;
  let board: SnapshotFrame | null = null;
  let end: EndFrame | null = null;
  let [frames, breaks, stopped] = [0, 0, false];
  let gone = new AbortController();
  const take = (block: string): void => {
    const data = /^data: (.*)$/m.exec(block)?.[1];
    if (!data) return;
    const frame: LiveFrame | EndFrame = JSON.parse(data);
    frames++;
    if (frame.type === 'end') end = frame;
    else board = applyFrame(board, frame) ?? board;
  };
  const watch = async (): Promise<void> => {
    gone = new AbortController();
    const answer = await fetch(`${to.url}/api/v1/live/${sessionId}`, {
      headers: person.headers,
      signal: gone.signal,
    });
    const decoder = new TextDecoder();
    let text = '';
    for await (const piece of answer.body ?? []) {
      const blocks = (text + decoder.decode(piece, { stream: true })).split('\n\n');
      text = blocks.pop() ?? '';
      for (const block of blocks) take(block);
    }
  };
  const goOn = async (): Promise<void> => {
    while (!stopped && !(end && !end.come_again)) {
      end = null;
      await watch().catch(() => {});
      breaks++;
      if (!stopped) await new Promise((resume) => setTimeout(resume, 20));
    }
  };
  void goOn();
  return {
    board: () => board,
    frames: () => frames,
    end: () => end,
    breaks: () => breaks,
    moveTo: (server) => {
      to = server;
      gone.abort();
    },
    stop() {
      stopped = true;
      gone.abort();
    },
  };
}
