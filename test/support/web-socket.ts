import { afterEach } from 'vitest';
import { type ClientOptions, WebSocket } from 'ws';
import { until } from './until';

export type TestSocket = {
  socket: WebSocket;
  /** What came, in order. */
  messages: string[];
  /** Code and reason once it is closed. */
  closed: { code: number; reason: string } | null;
  send(text: string): void;
  /** Waits until a message with this text in it has come. */
  upTo(part: string): Promise<string>;
  ended(): Promise<{ code: number; reason: string }>;
};

const opened: WebSocket[] = [];
afterEach(() => {
  for (const socket of opened.splice(0)) socket.terminate();
});

/** Opens a WebSocket; closed after the test. Rejects with an HttpRefusal when the handshake is answered otherwise. */
export async function openSocket(url: string, options: ClientOptions = {}): Promise<TestSocket> {
  const socket = new WebSocket(url.replace(/^http/, 'ws'), options);
  opened.push(socket);
  const messages: string[] = [];
  const one: TestSocket = {
    socket,
    messages,
    closed: null,
    send: (text) => socket.send(text),
    upTo: (part) => until(part, () => messages.find((text) => text.includes(part))),
    ended: () => until('the socket is closed', () => one.closed),
  };
  socket.on('message', (data) => messages.push(String(data)));
  socket.on('close', (code, reason) => {
    one.closed = { code, reason: String(reason) };
  });
  await new Promise<void>((resolve, reject) => {
    socket.once('open', resolve);
    socket.once('error', reject);
    socket.once('unexpected-response', async (_request, answer) => {
      let body = '';
      for await (const piece of answer) body += piece;
      reject(new HttpRefusal(answer.statusCode ?? 0, body, answer.headers));
    });
  });
  socket.on('error', () => {});
  return one;
}

/** A handshake that was answered by something else. */
export class HttpRefusal extends Error {
  constructor(
    readonly status: number,
    readonly body: string,
    readonly headers: Readonly<Record<string, unknown>>,
  ) {
    super(`${status} ${body}`);
  }
}
