import { FILTER_LIMITS } from '@/lib/contracts/filters';
import { CSV_MOST_ROWS } from './list-csv';

/** What the parts of the API are for, in the order in which they are shown; the first word of a path is its tag. */
export const TAGS: Readonly<Record<string, string>> = {
  sessions: 'A session is a window of time in which devices moved, with the laps that they drove.',
  live: 'Sessions that are under way.',
  laps: 'Laps of all sessions, what they recorded, and files of them.',
  tracks: 'Tracks with their gates.',
  devices: 'What moves and tells where it is.',
  positions: 'Where devices are, as programs send it.',
  osmand: 'Where phones and trackers are, as they send it themselves.',
  robots: 'What moves on a plane by a clock of its own.',
  imports: 'Files of loggers on their way in.',
  export: 'Files of laps and sessions, under short paths.',
  telemetry: 'What devices sent.',
  stats: 'Figures of drivers and circuits.',
  config: 'Names that sessions use.',
  demo: 'The simulated session.',
  auth: 'Login, logout and the first administrator.',
  me: 'The own account, its logins and keys.',
  users: 'Accounts.',
  logs: 'Who changed what and when.',
  usage: 'Who uses the server how much.',
  admin: 'The server itself.',
  jobs: 'Work that goes on behind requests.',
  status: 'How the server does.',
  health: 'Whether the server can work.',
  'openapi.json': 'This document.',
};

/** The tag of a path of the API: `/api/v1/sessions/{id}` → sessions. */
export const tagOf = (path: string): string => path.split('/')[3] ?? '';

/** What a program must know before its first request. */
export const INTRODUCTION = `
The API of a Pitwall server. Everything is JSON in UTF-8 with snake_case names. Instants are ISO 8601 in UTC, spans end in
\`_ms\` and are milliseconds with at most three decimals, other units end a name too (\`_m\`, \`_mps\`, \`_deg\`). What is
not known is null.

## Login and keys
\`POST /api/v1/auth/login\` gives a token that is valid for 12 hours. Programs better take a key of their own: make one
in the account page or by \`POST /api/v1/me/keys\`, with the scope that it needs (\`read\`, \`ingest\`, or \`admin\` for
all that its owner may). Send either as \`Authorization: Bearer …\`. Pages of this server use the session cookie.
Each operation says which level it needs: 1 regular, 2 super user, 3 moderator, 4 super moderator, 5 administrator.

## Lists
Lists answer \`{items, total, next}\`. \`limit\` is at most 1000; \`next\` is the \`cursor\` of the following page, null
after the last. \`format=csv\`, where a list has it, gives all rows that match as a table (at most ${CSV_MOST_ROWS}; with
\`limit\` or \`cursor\` that one page, and a Link header names the next).

## Filters
A list's filter parameters can be compared, not only with \`=\`: \`lap_time_ms<=90000\`,
\`lap_time_ms>=80000&lap_time_ms<90000\`, \`started_at>=2026-03-01T00:00:00Z\`. Numbers and instants take \`<\`, \`<=\`,
\`>\`, \`>=\` and \`=\`; texts, true and false take \`=\`. All must be met, at most ${FILTER_LIMITS.conditions} in one request.
A parameter that an operation does not know is refused.

## Limits
Every answer says in \`RateLimit-Limit\`, \`RateLimit-Remaining\` and \`RateLimit-Reset\` (seconds) how many requests are
left, unless the server sets no limit. Above it the answer is 429 with \`Retry-After\`. JSON bodies have at most 1 MB,
uploaded files 200 MB each.

## Errors
Every error is \`{error, message, status_code, errors?, request_id}\`: \`error\` is a fixed word for programs,
\`message\` says what to do, \`errors\` names the fields. The server's log has more under the same \`request_id\`.
`.trim();
