import { z } from 'zod';
import { id } from '@/lib/contracts/common';
import { liveEvent, liveQuery, telemetryQuery } from '@/lib/contracts/live';
import { liveResponse } from '@/lib/live/live-sse';
import type { ServiceContext } from '@/lib/services/context';
import { type LiveWatch, watchLive } from '@/lib/services/live-streams';
import { operation } from '../operation';
import { watchLogin } from '../request-context';

const EVENTS = [
  {
    type: 'text/event-stream',
    description: 'Events `snapshot`, `update`, `follow` and, as the last one, `end`.',
    events: liveEvent,
  },
];

const STREAMED =
  'Server-sent events: first `snapshot`, the whole board; then `update`, what changed, at most ten a second; with `follow` every fix of that entry; last `end` with its reason. Last-Event-ID goes on where it ended. Spectators see everything late by the session’s own delay at least.';

export const streamLiveOperation = operation('streamLive', {
  method: 'GET',
  path: '/api/v1/live/{id}',
  summary: 'The live board of a session as it changes',
  description: STREAMED,
  action: watchLive.action,
  params: z.object({ id }),
  query: liveQuery,
  answer: null,
  status: 200,
  otherAnswers: EVENTS,
  fn: async ({ ctx, request, params, query }) =>
    streamOf(ctx, request, await watchLive(ctx, { ...query, sessionId: params.id })),
});

export const streamTelemetryOperation = operation('streamTelemetry', {
  method: 'GET',
  path: '/api/v1/telemetry/live',
  summary: 'The live board of a session, or of the newest one that is live',
  description: `${STREAMED} The same messages come over a WebSocket on this path, where \`key\` or \`token\` in the query may stand for the Authorization header.`,
  action: watchLive.action,
  query: telemetryQuery,
  answer: null,
  status: 200,
  otherAnswers: EVENTS,
  fn: async ({ ctx, request, query: { session_id: sessionId = null, ...query } }) =>
    streamOf(ctx, request, await watchLive(ctx, { ...query, sessionId })),
});

async function streamOf(ctx: ServiceContext, request: Request, watch: LiveWatch): Promise<Response> {
  const { ended, release } = await watchLogin(ctx, request);
  return liveResponse({
    ...watch,
    bus: ctx.bus,
    boards: ctx.boards,
    lastEventId: request.headers.get('last-event-id'),
    left: request.signal,
    ended,
    release,
  });
}
