import type { IncomingFix } from '@/lib/live/ingest';

/** Why a robot's line was not taken, as the word after `ERR`, and what that means. */
export const ROBOT_ERRORS = {
  parts: 'the line is not x,y,timestamp,robot_name',
  x: 'x is no decimal number within a million kilometres',
  y: 'y is no decimal number within a million kilometres',
  timestamp: 'the timestamp is no whole number of milliseconds from 0 to 9007199254740',
  name: 'the name has none or more than 150 characters, a control character, or is . or ..',
  past: 'a newer event of this robot is stored already',
  conflict: 'this robot has another place at that time already',
  owner: 'the robot belongs to another account',
  busy: 'too much waits to be stored, or the robot sends more than it may: send it again',
  full: 'the server takes no more new robots',
} as const;
export type RobotError = keyof typeof ROBOT_ERRORS;

/** An event of a robot: where it was at its own time. */
export type RobotEvent = { name: string; fix: IncomingFix };
/** `name` where that much could be read. */
export type RobotFault = { error: RobotError; name: string | null };

const NUMBER = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/;
const WHOLE = /^\d{1,16}$/;
/** The farthest that is stored (lib/timing/normalise). */
const FARTHEST_M = 1e9;
/** Times are kept as microseconds, exact up to 2^53. */
const LATEST_MS = 9_007_199_254_740;
const NAME_LENGTH = 150;

/** A line `x,y,timestamp,robot_name`: metres, metres, milliseconds since any start of the robot's own, its name. */
export function parseRobotLine(line: string): RobotEvent | RobotFault {
  const parts = line.split(',');
  const [x = '', y = '', timestamp = '', last = ''] = parts;
  if (parts.length !== 4) return { error: 'parts', name: null };
  const name = robotName(last);
  const [xM, yM] = [metresOf(x), metresOf(y)];
  if (xM === null) return { error: 'x', name };
  if (yM === null) return { error: 'y', name };
  if (!WHOLE.test(timestamp) || Number(timestamp) > LATEST_MS) return { error: 'timestamp', name };
  return name === null ? { error: 'name', name } : eventOf(name, xM, yM, Number(timestamp));
}

/** The same as a JSON object `{robot, x, y, timestamp}`. */
export function robotEventOf(value: unknown): RobotEvent | RobotFault {
  const { robot, x, y, timestamp }: Record<string, unknown> = Object(value);
  const name = typeof robot === 'string' ? robotName(robot) : null;
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return { error: 'parts', name };
  if (!isMetres(x)) return { error: 'x', name };
  if (!isMetres(y)) return { error: 'y', name };
  const isTime = typeof timestamp === 'number' && Number.isInteger(timestamp);
  if (!isTime || timestamp < 0 || timestamp > LATEST_MS) return { error: 'timestamp', name };
  return name === null ? { error: 'name', name } : eventOf(name, x, y, timestamp);
}

const isMetres = (value: unknown): value is number =>
  typeof value === 'number' && Math.abs(value) <= FARTHEST_M;

function metresOf(text: string): number | null {
  const value = NUMBER.test(text) ? Number(text) : Number.NaN;
  return isMetres(value) ? value : null;
}

function eventOf(name: string, x: number, y: number, timeMs: number): RobotEvent {
  const unknown = {
    speedMps: Number.NaN,
    courseDeg: Number.NaN,
    altitudeM: Number.NaN,
    accuracyM: Number.NaN,
  };
  return { name, fix: { timeMs, x, y, ...unknown, attributes: null } };
}

/** A robot's name as it is kept: exact, in Unicode's NFC, without blanks around it; null = it is none. */
export function robotName(text: string): string | null {
  const name = text.trim().normalize('NFC');
  // A path cannot name . and ..
  const isName =
    !['', '.', '..'].includes(name) &&
    [...name].length <= NAME_LENGTH &&
    !/[\p{Cc}\p{Surrogate},]/u.test(name);
  return isName ? name : null;
}

/** The lines of a message; the break after the last one begins no further line. */
export function linesOf(text: string): string[] {
  const lines = text.split('\n').map((line) => (line.endsWith('\r') ? line.slice(0, -1) : line));
  if (lines.length > 1 && lines.at(-1) === '') lines.pop();
  return lines;
}
