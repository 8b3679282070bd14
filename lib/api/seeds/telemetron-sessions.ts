import { z } from 'zod';
import { plainText } from '@/lib/contracts/common';
import type { SessionCreated } from '@/lib/contracts/sessions';
import type { ServiceContext } from '@/lib/services/context';
import { createSession } from '@/lib/services/create-session';
import { getSessionWithLaps } from '@/lib/services/sessions';
import { watchLogin } from '../request-context';
import { rowId } from './seed-body';
import { type SeedRoute, seedAnswer, seedRoute } from './seed-route';
import { telemetronSession } from './telemetron-session';
import { streamTiming, waitForTiming } from './timing-wait';

const seed = 'telemetron';

/** An instant with its zone, as UTC. Which one a time without a zone means, nobody can know. */
const zoned = z.iso
  .datetime({ offset: true, error: 'must be ISO 8601 with its zone, as in 2026-03-01T12:00:00Z' })
  .transform((text) => new Date(text).toISOString());

const sessionBody = z.object({
  deviceId: rowId,
  trackId: rowId,
  sessionName: plainText.trim().min(1).max(150),
  from: zoned,
  to: zoned,
});

const processRoute = seedRoute({
  seed,
  method: 'POST',
  path: '/api/session',
  successor: '/api/v1/sessions/process',
  action: createSession.action,
  query: z.object({ wait: z.string().optional() }),
  body: sessionBody,
  async fn({ ctx, request, query, body }) {
    const { deviceId, trackId, sessionName, from, to } = body;
    const input = { device_ids: [deviceId], track_id: trackId, name: sessionName, from, to };
    const made = await createSession(ctx, { ...input, kind: 'practice' });
    if (wantsEvents(request)) {
      const watch = await watchLogin(ctx, request);
      return streamTiming(ctx, made.session_id, watch, () => readSession(ctx, made.session_id));
    }
    return query.wait === 'true' || query.wait === '1' ? whenTimed(ctx, request, made) : accepted(made);
  },
});

const wantsEvents = (request: Request): boolean =>
  /\btext\/event-stream\b/i.test(request.headers.get('accept') ?? '');

const readSession = async (ctx: ServiceContext, id: number) =>
  telemetronSession(await getSessionWithLaps(ctx, id));

function accepted({ session_id, job_id, made }: SessionCreated): Response {
  const answer = { session_id, job_id, session_url: `/api/session/${session_id}` };
  return seedAnswer(answer, { status: made ? 202 : 200 });
}

/** The session with its laps once it is timed; when that takes too long, as if nobody waited. */
async function whenTimed(ctx: ServiceContext, request: Request, made: SessionCreated): Promise<Response> {
  if (!(await waitForTiming(ctx, made.session_id, request.signal))) return accepted(made);
  return seedAnswer(await readSession(ctx, made.session_id), { status: made.made ? 201 : 200 });
}

const getRoute = seedRoute({
  seed,
  method: 'GET',
  path: '/api/session/{id}',
  successor: '/api/v1/sessions/{id}',
  action: getSessionWithLaps.action,
  fn: ({ ctx, id }) => readSession(ctx, id),
});

/** Telemetron's sessions. */
export const SESSIONS: readonly SeedRoute[] = [processRoute, getRoute];
