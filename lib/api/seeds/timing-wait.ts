import { AppError, isAppError, messageOf } from '@/lib/errors';
import { streamClosers } from '@/lib/live/closers';
import { encodeEvent } from '@/lib/live/sse';
import type { ServiceContext } from '@/lib/services/context';
import { type SessionTiming, sessionTiming } from '@/lib/services/session-timing';
import type { Watch } from '../request-context';

const LOOK_EVERY_MS = 100;
const WAIT_MS = 60_000;

/** How a session's timing stands, again and again until it is over or `signal` ends the wait. */
async function* timingSteps(
  ctx: ServiceContext,
  sessionId: number,
  signal: AbortSignal,
): AsyncGenerator<SessionTiming> {
  while (!signal.aborted) {
    const timing = await sessionTiming(ctx, sessionId);
    yield timing;
    if (timing.isOver) return;
    await pause(signal);
  }
}

/** Ends early with the signal. */
function pause(signal: AbortSignal): Promise<void> {
  return new Promise((resume) => {
    const end = (): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', end);
      resume();
    };
    const timer = setTimeout(end, LOOK_EVERY_MS);
    signal.addEventListener('abort', end, { once: true });
  });
}

/** Why a timing ended without laps, as an error; null = it did not. */
function failureOf({ status, error }: SessionTiming, sessionId: number): AppError | null {
  if (status !== 'failed' && status !== 'cancelled') return null;
  return new AppError(
    'timing_failed',
    500,
    `Session ${sessionId} is stored, but its timing ${status === 'failed' ? 'failed' : 'was cancelled'}${error ? ` (${error})` : ''}. Ask for it anew: POST /api/v1/sessions/${sessionId}/reprocess.`,
  );
}

/**
 * Waits until a session is timed, at most a minute; false = it is not yet, or the caller went. Throws an AppError
 * `timing_failed` (500).
 */
export async function waitForTiming(
  ctx: ServiceContext,
  sessionId: number,
  signal: AbortSignal,
): Promise<boolean> {
  const until = AbortSignal.any([signal, AbortSignal.timeout(WAIT_MS)]);
  for await (const timing of timingSteps(ctx, sessionId, until)) {
    const failure = failureOf(timing, sessionId);
    if (failure) throw failure;
    if (timing.isOver) return true;
  }
  return false;
}

/**
 * A session's timing as server-sent events: `progress` with each change of its status, then `complete` with what
 * `read` gives, or `error`.
 */
export function streamTiming(
  ctx: ServiceContext,
  sessionId: number,
  watch: Watch,
  read: () => Promise<unknown>,
): Response {
  const events = timingEvents(ctx, sessionId, watch, read);
  const stream = new ReadableStream<Uint8Array>({
    async pull(controller) {
      const { done, value } = await events.next();
      if (done) controller.close();
      else controller.enqueue(value);
    },
    async cancel() {
      await events.return(undefined);
    },
  });
  return new Response(stream, {
    headers: {
      'Content-Type': 'text/event-stream; charset=utf-8',
      'Cache-Control': 'no-cache, no-transform',
      'X-Accel-Buffering': 'no',
      Connection: 'close',
    },
  });
}

const eventOf = (name: string, data: unknown): Uint8Array => encodeEvent(name, JSON.stringify(data));

async function* timingEvents(
  ctx: ServiceContext,
  sessionId: number,
  { signal, release }: Watch,
  read: () => Promise<unknown>,
): AsyncGenerator<Uint8Array> {
  const stop = new AbortController();
  const close = (): void => stop.abort();
  streamClosers().add(close);
  let last = '';
  try {
    for await (const timing of timingSteps(ctx, sessionId, AbortSignal.any([signal, stop.signal]))) {
      const { status } = timing;
      if (status !== last) yield eventOf('progress', { session_id: sessionId, status });
      last = status;
      const failure = failureOf(timing, sessionId);
      if (failure) throw failure;
      if (timing.isOver) yield eventOf('complete', await read());
    }
  } catch (error) {
    yield eventOf('error', wordsOf(error, sessionId, ctx));
  } finally {
    streamClosers().delete(close);
    release();
  }
}

function wordsOf(error: unknown, sessionId: number, ctx: ServiceContext) {
  if (isAppError(error)) return { error: error.code, message: error.message };
  ctx.report(`The events of session ${sessionId} failed: ${messageOf(error)}`);
  return { error: 'internal', message: 'The server failed. Ask for the session itself.' };
}
