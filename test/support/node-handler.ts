import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { Readable } from 'node:stream';

/** Answers Node's requests by a handler of the web's; the request's signal aborts when the other side is gone. */
export function nodeHandler(handle: (asked: Request) => Promise<Response>) {
  return async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const gone = new AbortController();
    response.once('close', () => gone.abort());
    const answer = await handle(webRequest(request, gone.signal));
    // A body that was not read to its end would stand before the next request.
    if (request.method === 'POST' && !request.readableEnded) response.setHeader('connection', 'close');
    response.writeHead(answer.status, Object.fromEntries(answer.headers));
    const reader = answer.body?.getReader();
    for (let piece = await reader?.read(); piece && !piece.done; piece = await reader?.read())
      if (!response.write(piece.value) && !gone.signal.aborted)
        await Promise.race([once(response, 'drain'), once(response, 'close')]);
    response.end();
  };
}

/** The same request; Node's own type of a web stream is the one that Request takes. */
function webRequest(request: IncomingMessage, signal: AbortSignal): Request {
  const headers = new Headers();
  for (const [name, value] of Object.entries(request.headers)) headers.set(name, String(value));
  const { method = 'GET', url = '/' } = request;
  const hasBody = method !== 'GET' && method !== 'HEAD';
  return new Request(new URL(url, 'http://127.0.0.1'), {
    method,
    headers,
    signal,
    ...(hasBody && { body: Readable.toWeb(request) as ReadableStream, duplex: 'half' }),
  });
}
