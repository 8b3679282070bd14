import { WebSocket } from 'ws';

/** The server does not want this message or this channel; coming again does not help. */
export class FeedRefusal extends Error {
  constructor(
    readonly code: string,
    message: string,
  ) {
    super(message);
    this.name = 'FeedRefusal';
  }
}

/** Statuses of a refused connection that another try may heal. */
const PASSING = new Set([429, 500, 502, 503, 504]);

type Ears = {
  opened: (socket: WebSocket) => void;
  heard: (text: string) => void;
  /** Once: the connection is over or never was. */
  gone: (error: Error) => void;
};

/** One connection to a server's feed channel. */
export function openFeedSocket(
  { url, key }: { url: string; key: string },
  { opened, heard, gone }: Ears,
): WebSocket {
  const address = new URL('/api/v1/feeds', url);
  address.protocol = address.protocol === 'https:' ? 'wss:' : 'ws:';
  const socket = new WebSocket(address, { headers: { authorization: `Bearer ${key}` } });
  let over = false;
  const end = (error: Error): void => {
    if (over) return;
    over = true;
    gone(error);
  };
  socket.on('open', () => opened(socket));
  socket.on('message', (data) => heard(data.toString()));
  socket.on('unexpected-response', (_request, response) => {
    let body = '';
    response.on('data', (piece: Buffer) => {
      body += piece.toString();
    });
    response.on('end', () => {
      const status = response.statusCode ?? 0;
      const text = `${url} answered ${status}: ${reasonIn(body)}`;
      end(PASSING.has(status) ? new Error(text) : new FeedRefusal('refused', text));
      socket.terminate();
    });
  });
  socket.on('error', (error) =>
    end(new Error(`${url} cannot be reached (${error.message || 'no answer'}).`)),
  );
  socket.on('close', (code, reason) => {
    const said = reason.toString();
    const text = `${url} closed the channel${said ? `: ${said}` : ''}`;
    end(code === 1008 ? new FeedRefusal('closed', text) : new Error(text));
  });
  return socket;
}

/** What an error answer of the API says, or its first line. */
function reasonIn(body: string): string {
  try {
    const value: unknown = JSON.parse(body);
    if (typeof value === 'object' && value !== null && 'message' in value) return String(value.message);
  } catch {
    // A proxy in between writes no JSON.
  }
  return body.trim().split('\n')[0]?.slice(0, 200) || 'without a reason.';
}
