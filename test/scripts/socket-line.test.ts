import http from 'node:http';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { WebSocketServer } from 'ws';
import { AppError } from '@/lib/errors';
import type { SocketSession } from '@/lib/live/socket-session';
import { inbox, MOST_WAITING } from '@/scripts/server/socket-inbox';
import { LINE_LIMITS, type Line, type LineEnds, socketLine } from '@/scripts/server/socket-line';
import { until } from '../support/until';
import { openSocket } from '../support/web-socket';

const STAMP = { requestId: 'r', ip: '127.0.0.1', isLocal: true };

let server: http.Server;
let open: (ends: LineEnds) => SocketSession;
let lines: Line[];
let gone: number;
beforeEach(async () => {
  lines = [];
  gone = 0;
  server = http.createServer();
  const sockets = new WebSocketServer({ noServer: true });
  server.on('upgrade', (request, socket, head) => {
    const line = socketLine(STAMP, socket, () => gone++);
    lines.push(line);
    const session = open(line.ends);
    sockets.handleUpgrade(request, socket, head, (ws) => line.attach(ws, session));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});
afterEach(async () => {
  for (const line of lines) line.cut();
  await new Promise((resolve) => server.close(resolve));
});

function connect() {
  const address = server.address();
  const port = address && typeof address === 'object' ? address.port : 0;
  return openSocket(`http://127.0.0.1:${port}/`);
}

/** A session whose messages wait until they are let go on. */
function gated(ends: LineEnds) {
  const begun: string[] = [];
  const gates: (() => void)[] = [];
  let closed = 0;
  return {
    begun,
    letOn: () => gates.shift()?.(),
    closed: () => closed,
    session: {
      async message(text: string) {
        begun.push(text);
        await new Promise<void>((resolve) => gates.push(resolve));
        ends.send(`did ${text}`);
      },
      closed: () => void closed++,
    },
  };
}

test('handles the messages of a socket one after the other, in their order', async () => {
  const gates: ReturnType<typeof gated>[] = [];
  open = (ends) => {
    ends.send('said before it was open');
    const gate = gated(ends);
    gates.push(gate);
    return gate.session;
  };
  const peer = await connect();
  await peer.upTo('said before');
  for (const text of ['a', 'b', 'c']) peer.send(text);
  await until('the first has begun', () => gates[0]?.begun.length === 1);
  gates[0]?.letOn();
  await peer.upTo('did a');
  gates[0]?.letOn();
  gates[0]?.letOn();
  await until('the third has begun', () => gates[0]?.begun.length === 3);
  gates[0]?.letOn();
  await peer.upTo('did c');
  expect(peer.messages.slice(1)).toEqual(['did a', 'did b', 'did c']);
  peer.socket.terminate();
  await until('the session hears of it', () => gates[0]?.closed() === 1 && gone === 1);
});

test('does not read on while a hundred wait, and loses none', async () => {
  const handled: string[] = [];
  const flow: string[] = [];
  const gates: (() => void)[] = [];
  const messages = inbox({
    handle: (text) =>
      new Promise((resolve) =>
        gates.push(() => {
          handled.push(text);
          resolve();
        }),
      ),
    flow: {
      pause: () => flow.push(`paused at ${handled.length}`),
      resume: () => flow.push(`on at ${handled.length}`),
    },
    failed: () => flow.push('failed'),
  });
  const all = Array.from({ length: MOST_WAITING * 2 }, (_, at) => String(at));
  for (const text of all) messages.put(text);
  expect(flow).toEqual(['paused at 0']);
  while (gates.length > 0) {
    gates.shift()?.();
    await new Promise((resolve) => setImmediate(resolve));
  }
  await messages.idle();
  expect(handled).toEqual(all);
  expect(flow).toEqual(['paused at 0', `on at ${MOST_WAITING * 1.5 + 1}`]);
});

test('a flood over a real socket waits with its sender, and all of it is handled', async () => {
  const handled: string[] = [];
  open = (ends) => ({
    async message(text) {
      await new Promise((resolve) => setImmediate(resolve));
      handled.push(text);
      if (text === 'last') ends.send('done');
    },
    closed() {},
  });
  const peer = await connect();
  const text = 'x'.repeat(1_000);
  for (let sent = 0; sent < 5_000; sent++) peer.send(text);
  peer.send('last');
  await peer.upTo('done');
  expect(handled).toHaveLength(5_001);
});

test('a failed message ends the socket: a fault with 1011, too much at once with 1013', async () => {
  const faults: Error[] = [new Error('a fault of the test'), new AppError('busy', 429, 'Too much waits.')];
  open = () => ({
    async message() {
      throw faults.shift() ?? new Error('no fault is left');
    },
    closed() {},
  });
  const [one, two] = [await connect(), await connect()];
  one.send('x');
  one.send('y');
  expect(await one.ended()).toEqual({ code: 1011, reason: 'The server failed. Its log says why.' });
  two.send('x');
  expect(await two.ended()).toEqual({ code: 1013, reason: 'Too much waits.' });
});

test('takes text in any frame, and nothing else', async () => {
  const heard: string[] = [];
  open = () => ({ message: (text) => void heard.push(text), closed() {} });
  const peer = await connect();
  peer.socket.send(Buffer.from('grüezi'), { binary: true });
  peer.socket.send(Buffer.from([0xff, 0xfe]), { binary: true });
  expect((await peer.ended()).code).toBe(1003);
  expect(heard).toEqual(['grüezi']);
});

test('a stop lets what has come in be handled first', async () => {
  const gates: ReturnType<typeof gated>[] = [];
  open = (ends) => {
    const gate = gated(ends);
    gates.push(gate);
    return gate.session;
  };
  const peer = await connect();
  peer.send('a');
  peer.send('b');
  await until('it has begun', () => gates[0]?.begun.length === 1);
  const drained = lines[0]?.drain();
  gates[0]?.letOn();
  await until('the other has begun', () => gates[0]?.begun.length === 2);
  gates[0]?.letOn();
  await drained;
  expect(await peer.ended()).toMatchObject({ code: 1001 });
  expect(peer.messages).toEqual(['did a', 'did b']);
});

test('a close says why in as many bytes as there are, and only the first one counts', async () => {
  const ends: LineEnds[] = [];
  open = (given) => {
    ends.push(given);
    return { message() {}, closed() {} };
  };
  const peer = await connect();
  ends[0]?.close(1008, 'ü'.repeat(100));
  ends[0]?.close(1000, 'never');
  ends[0]?.send('never');
  expect(await peer.ended()).toEqual({ code: 1008, reason: 'ü'.repeat(61) });
  expect(peer.messages).toEqual([]);
});

test('a stop does not keep a socket open that is closing already', async () => {
  const ends: LineEnds[] = [];
  open = (given) => {
    ends.push(given);
    return { message() {}, closed() {} };
  };
  const peer = await connect();
  const beganAtMs = performance.now();
  ends[0]?.close(1000, 'done');
  await lines[0]?.drain();
  expect(await peer.ended()).toEqual({ code: 1000, reason: 'done' });
  await until('it is gone', () => gone === 1);
  // Not by being cut.
  expect(performance.now() - beganAtMs).toBeLessThan(LINE_LIMITS.closeMs - 500);
});
