import { KMH, KNOT, MPH } from './column-roles';
import { ACCURACY, ALTITUDE, CHANNELS, type ChannelName, COURSE, SPEED, TIME, X, Y } from './fix-table';
import { SKIP } from './number-row';
import { quoted } from './text';
import { FormatError } from './types';

/** Short column names of VBO writers and the field of a fix that they hold. */
const SLOTS: Record<string, number> = {
  time: TIME,
  lat: Y,
  latitude: Y,
  long: X,
  lng: X,
  lon: X,
  longitude: X,
  velocity: SPEED,
  speed: SPEED,
  heading: COURSE,
  height: ALTITUDE,
  altitude: ALTITUDE,
  accuracy: ACCURACY,
};

export type VboColumns = {
  names: string[];
  plan: Int32Array;
  channels: ChannelName[];
  /** Metres per second in one unit of the velocity column. */
  speedScale: number;
};

/** True when a channel of this name would be read as a field of the fix. */
export function isVboFixColumn(name: string): boolean {
  return name.toLowerCase() in SLOTS;
}

/** Finds the columns by name; throws a FormatError that names those found when one is missing. */
export function vboColumns(
  text: string,
  line: number,
  header: readonly string[],
  units: readonly string[],
): VboColumns {
  const names = text.trim().split(/\s+/);
  const plan = new Int32Array(names.length).fill(SKIP);
  const channels: ChannelName[] = [];
  const firstUnit = unitOffset(names.length, units.length);
  const taken = new Set<number>();
  names.forEach((name, index) => {
    const slot = SLOTS[name.toLowerCase()];
    if (slot !== undefined && !taken.has(slot)) {
      taken.add(slot);
      plan[index] = slot;
    } else {
      plan[index] = CHANNELS + channels.push({ name, unit: units[index - firstUnit] ?? '' }) - 1;
    }
  });
  const missing = [
    taken.has(TIME) ? '' : 'time',
    taken.has(Y) ? '' : 'lat',
    taken.has(X) ? '' : 'long',
  ].filter(Boolean);
  if (missing.length > 0) {
    throw new FormatError(
      `This VBO lacks the columns ${missing.join(', ')}; columns found: ${names.map(quoted).join(', ')}. Export it with time and position.`,
      line,
    );
  }
  return { names, plan, channels, speedScale: speedScale(header) };
}

/** [channel units] names the units of all columns or only of the last ones. */
function unitOffset(columns: number, units: number): number {
  return Math.max(0, columns - units);
}

function speedScale(header: readonly string[]): number {
  const long = header.find((name) => /^(velocity|speed)/i.test(name)) ?? '';
  if (/mph|miles/i.test(long)) return MPH;
  return /knots|\bkn\b/i.test(long) ? KNOT : KMH;
}
