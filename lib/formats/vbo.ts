import type { Format } from './types';
import { VboReader } from './vbo-read';
import { writeVbo } from './vbo-write';

/**
 * Racelogic VBO, also as RaceBox and RaceChrono write it. The day comes from the first line (DD/MM/YYYY), the
 * rows carry the UTC time of day and go on over midnight. A row one cell short lacks its satellites (when they
 * come first) or its last cell; any other count of cells is refused and counted.
 */
export const vbo: Format = {
  id: 'vbo',
  label: 'VBO (Racelogic, RaceBox, RaceChrono)',
  extensions: ['vbo'],
  sniff({ text }) {
    if (/^\[column names\]\s*$/im.test(text)) return 0.95;
    return /^File created on \d/i.test(text) || /^\[(header|laptiming|data)\]\s*$/im.test(text) ? 0.7 : 0;
  },
  reader: (_head, options) => new VboReader(options),
  write: writeVbo,
};
