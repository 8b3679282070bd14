import { z } from 'zod';
import { INGEST_LIMITS, ingestAnswer, sentDevice, sentFix } from '@/lib/contracts/ingest';
import { ROBOT_LIMITS, type RobotResults, robotResults } from '@/lib/contracts/robots';
import { AppError, messageOf } from '@/lib/errors';
import type { ParsedFeed, SenderDevice } from '@/lib/feeds/feed-lines';
import { fixesOfCsv } from '@/lib/feeds/fix-csv';
import { fixesOfJson, fixesOfNdjson } from '@/lib/feeds/fix-json';
import { inTurns } from '@/lib/feeds/in-turns';
import { type PhoneReport, reportOfJson, reportOfQuery } from '@/lib/feeds/osmand';
import {
  linesOf,
  parseRobotLine,
  ROBOT_ERRORS,
  type RobotEvent,
  type RobotFault,
  robotEventOf,
} from '@/lib/feeds/robots';
import { deviceNamed } from '@/lib/feeds/sent-fix';
import { takePhoneReport } from '@/lib/services/osmand';
import { takePositions } from '@/lib/services/take-positions';
import { type RobotReply, takeRobotEvents } from '@/lib/services/take-robots';
import { parseJson, readPacked } from '../body';
import { operation } from '../operation';

/** Sixteen megabytes over 1 Mbit/s take longer than a form may. */
const WITHIN_MS = 180_000;

const sent = sentFix.extend(sentDevice.shape);
const sentPositions = z.union([sentDevice.extend({ fixes: z.array(sentFix) }), z.array(sent), sent]);

export const takePositionsOperation = operation('takePositions', {
  method: 'POST',
  path: '/api/v1/positions',
  summary: 'Send positions of one or several devices',
  description: `At most ${INGEST_LIMITS.fixesPerRequest} fixes and 16 MB, packed (\`Content-Encoding: gzip\`) or not. \`device\` is your own name for a device; a new one is made with the first fix. \`stored\` ones are on disk; what is sent again is a duplicate, as good as stored. Refused ones are counted by reason, the first hundred named by their place in the request.`,
  action: takePositions.action,
  query: sentDevice,
  otherBody: {
    type: 'application/json',
    description:
      'Each fix has `time_ms` or `time`, and `lat` and `lon` or `x_m` and `y_m`. Fields that are not listed are attributes. `device` or `device_id` in the query stands for fixes that name none.',
    json: sentPositions,
    also: [
      { type: 'application/x-ndjson', description: 'One fix as JSON a line, with its `device`.' },
      {
        type: 'text/csv',
        description: 'Columns `device`, `time_ms`, `lat,lon` or `x_m,y_m`, `speed_mps` …',
      },
    ],
  },
  countsRefusals: true,
  answer: ingestAnswer,
  fn: async ({ ctx, request, query }) => takePositions(ctx, await feedOf(request, deviceIn(query))),
});

function deviceIn({ device_id: id, device }: z.infer<typeof sentDevice>): SenderDevice | null {
  if (id !== undefined) return { id };
  if (device === undefined) return null;
  const named = deviceNamed(device);
  if ('message' in named)
    throw new AppError('bad_request', 400, `${named.message}.`, [
      { field: 'device', message: named.message },
    ]);
  return named;
}

const JSON_TYPE = /^application\/([\w.-]+\+)?json$/;

const typeOf = (request: Request): string =>
  (request.headers.get('content-type') ?? 'application/json').split(';', 1)[0]?.trim().toLowerCase() ?? '';

async function feedOf(request: Request, device: SenderDevice | null): Promise<ParsedFeed> {
  const type = typeOf(request);
  const isText = ['text/csv', 'application/x-ndjson', 'application/ndjson', 'application/jsonl'].includes(
    type,
  );
  if (!isText && !JSON_TYPE.test(type))
    throw new AppError(
      'unsupported_media_type',
      415,
      'Send application/json, application/x-ndjson or text/csv.',
    );
  const bytes = await readPacked(request, WITHIN_MS, INGEST_LIMITS.bytes);
  if (!isText) {
    const feed = await inTurns(fixesOfJson(parseJson(bytes), device));
    if ('message' in feed) throw badBody(feed.message);
    return feed;
  }
  const text = new TextDecoder().decode(bytes);
  return type === 'text/csv' ? csvFeed(text, device) : inTurns(fixesOfNdjson(text, device));
}

async function csvFeed(text: string, device: SenderDevice | null): Promise<ParsedFeed> {
  try {
    return await inTurns(fixesOfCsv(text, device));
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'bad_file')
      throw badBody(messageOf(error));
    throw error;
  }
}

const badBody = (message: string): AppError =>
  new AppError('bad_request', 400, `The body: ${message.replace(/\.$/, '')}.`, [{ field: 'body', message }]);

const PHONE = {
  path: '/api/v1/osmand/{key}',
  action: takePhoneReport.action,
  params: z.object({ key: z.string().max(200) }),
  ownQuery: true,
  countsRefusals: true,
  answer: null,
  status: 200,
} as const;

const QUERY_FORM =
  '`lat` and `lon` (or `location=lat,lon`), `timestamp` (seconds, milliseconds or ISO 8601; without it now), `speed` in knots, `bearing` or `heading`, `altitude`, `accuracy`, `batt`; whatever else is an attribute. Without a place it is a sign of life. An empty 200 = stored, or there already.';

/** Phones take an empty 200 for done. */
const DONE = (): Response => new Response(null, { status: 200, headers: { 'Cache-Control': 'no-store' } });

export const takePhoneQueryOperation = operation('takePhoneQuery', {
  ...PHONE,
  method: 'GET',
  summary: 'A position of a phone, in the OsmAnd protocol',
  description: `The key of a device is the login. In the query: ${QUERY_FORM}`,
  async fn({ ctx, request, params }) {
    const report = reportOfQuery(new URL(request.url).searchParams, Date.now());
    await takePhoneReport(ctx, { key: params.key, report });
    return DONE();
  },
});

export const takePhoneBodyOperation = operation('takePhoneBody', {
  ...PHONE,
  method: 'POST',
  summary: 'A position of a phone, in the OsmAnd protocol, in the body',
  description: `The key of a device is the login. The body is the JSON of newer phone apps, or a form; a query counts before a form. Fields: ${QUERY_FORM}`,
  otherBody: {
    type: 'application/x-www-form-urlencoded',
    description: 'The fields as a form.',
    also: [{ type: 'application/json', description: '`{location: {timestamp, coords: {…}, …}}`' }],
  },
  async fn({ ctx, request, params }) {
    await takePhoneReport(ctx, { key: params.key, report: await phoneReportOf(request) });
    return DONE();
  },
});

const PHONE_BYTES = 256 * 1024;

async function phoneReportOf(request: Request): Promise<PhoneReport> {
  const { searchParams } = new URL(request.url);
  const bytes = await readPacked(request, 30_000, PHONE_BYTES);
  // Without a type it is a form, as old clients send it.
  if (request.headers.has('content-type') && JSON_TYPE.test(typeOf(request)) && bytes.byteLength > 0)
    return reportOfJson(parseJson(bytes), Date.now());
  const query = searchParams.size > 0 ? searchParams : new URLSearchParams(new TextDecoder().decode(bytes));
  return reportOfQuery(query, Date.now());
}

const sentEvents = z.object({
  events: z
    .array(z.object({ robot: z.string(), x: z.number(), y: z.number(), timestamp: z.number() }))
    .max(ROBOT_LIMITS.events),
});

export const takeRobotEventsOperation = operation('takeRobotEvents', {
  method: 'POST',
  path: '/api/v1/robots/events',
  summary: 'Send events of robots',
  description: `What goes over the socket \`/upstream\`, in one request of at most ${ROBOT_LIMITS.events} events. \`x\` and \`y\` are metres, \`timestamp\` milliseconds by the robot’s own clock. A robot is made by its first event. Errors: ${Object.entries(
    ROBOT_ERRORS,
  )
    .map(([code, words]) => `\`${code}\` – ${words}`)
    .join('; ')}.`,
  action: takeRobotEvents.action,
  otherBody: {
    type: 'application/json',
    description: 'Events in the order in which they happened.',
    json: sentEvents,
    also: [{ type: 'text/plain', description: 'Lines `x,y,timestamp,robot_name`.' }],
  },
  countsRefusals: true,
  answer: robotResults,
  async fn({ ctx, request }) {
    const events = await robotEventsOf(request);
    return resultsOf(await takeRobotEvents(ctx, { events }));
  },
});

async function robotEventsOf(request: Request): Promise<(RobotEvent | RobotFault)[]> {
  const type = typeOf(request);
  const isText = type === 'text/plain';
  if (!isText && !JSON_TYPE.test(type))
    throw new AppError('unsupported_media_type', 415, 'Send application/json or text/plain.');
  const bytes = await readPacked(request, WITHIN_MS, ROBOT_LIMITS.bytes);
  const events = isText
    ? linesOf(new TextDecoder().decode(bytes)).map(parseRobotLine)
    : eventList(parseJson(bytes)).map(robotEventOf);
  if (events.length <= ROBOT_LIMITS.events) return events;
  throw new AppError(
    'too_large',
    413,
    `A request may hold ${ROBOT_LIMITS.events} events: send them in several.`,
  );
}

function eventList(body: unknown): readonly unknown[] {
  const { events }: { events?: unknown } = Object(body);
  if (Array.isArray(events)) return events;
  throw badBody('must be {"events": [{"robot": …, "x": …, "y": …, "timestamp": …}]}');
}

function resultsOf(replies: readonly RobotReply[]): RobotResults {
  const refused: Record<string, number> = {};
  const results = replies.map((reply) => {
    if (reply === 'ok') return { ok: true, error: null, message: null };
    refused[reply] = (refused[reply] ?? 0) + 1;
    return { ok: false, error: reply, message: `${ROBOT_ERRORS[reply]}.` };
  });
  return { stored: results.filter(({ ok }) => ok).length, refused, results };
}
