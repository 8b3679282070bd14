import { JSON_FORMAT } from './json-document';
import { JsonLinesReader, JsonReader } from './json-read';
import { writeJson } from './json-write';
import { looksLikeTrackFile } from './track-file';
import type { Format } from './types';

/**
 * Our own JSON, version 1, UTF-8:
 * `{"format":"pitwall-recording","version":1,"timeBasis":"utc"|"local"|"none","title","driver","vehicle",
 * "notes":[…],"recordedLaps":[{"number","timeMs","sectorsMs":[…]}],"track":<track file>|null,"devices":[{"device",
 * "frame":"wgs84"|"planar","channels":[{"name","unit"}],"fixes":[[timeMs, x, y, speedMps, courseDeg, altitudeM,
 * accuracyM, channel …], …]}]}`, with x = longitude and y = latitude in degrees, or both in metres; null = unknown.
 * Also read: an array of fix objects, and one fix object a line (NDJSON); their keys are the columns of our CSV.
 */
export const json: Format = {
  id: 'json',
  label: 'Pitwall JSON',
  extensions: ['json', 'ndjson', 'jsonl'],
  sniff(head) {
    if (new RegExp(`^\\s*\\{\\s*"format"\\s*:\\s*"${JSON_FORMAT}"`).test(head.text)) return 1;
    if (looksLikeTrackFile(head)) return 0;
    return /^\s*(\[\s*(\{|\]|$)|\{\s*"|\{\s*\})/.test(head.text) ? 0.5 : 0;
  },
  reader: ({ text }) => (isJsonLines(text) ? new JsonLinesReader() : new JsonReader()),
  write: writeJson,
};

/** One object a line: the first line is a whole object, and not a whole document of ours. */
function isJsonLines(text: string): boolean {
  const line = text.trimStart().split('\n', 1)[0] ?? '';
  if (!line.startsWith('{') || line.includes(`"${JSON_FORMAT}"`)) return false;
  try {
    JSON.parse(line);
    return true;
  } catch (error) {
    if (error instanceof SyntaxError) return false;
    throw error;
  }
}
