import type { Channel, FixColumns, Frame } from '@/lib/timing/types';
import { GrowableColumns, ValueBudget } from './growable-columns';
import { type DeviceRecording, FormatError } from './types';

const MAX_CHANNELS = 2000;

/** The device of a file that names none. */
export const SOLE_DEVICE = 'device 1';

/** Where a row of numbers holds the fields of a fix; channels follow from CHANNELS on. */
export const TIME = 0;
export const X = 1;
export const Y = 2;
export const SPEED = 3;
export const COURSE = 4;
export const ALTITUDE = 5;
export const ACCURACY = 6;
export const CHANNELS = 7;

export type ChannelName = { name: string; unit: string };

/** A table for one device's rows, with room for `channels` channels behind the fix (2,000 at most). Tables of one file share a budget. */
export function createFixTable(channels = 0, budget = new ValueBudget()): GrowableColumns {
  if (channels > MAX_CHANNELS) {
    throw new FormatError(
      `The file names ${channels} columns; more than ${MAX_CHANNELS} are not read. Export fewer.`,
    );
  }
  return new GrowableColumns(CHANNELS + channels, budget);
}

/** Why a row is no fix (its time or its position is not known), or null when it is one. */
export function fixFault(row: Float64Array): string | null {
  if (Number.isNaN(row[TIME])) return 'bad_time';
  return Number.isNaN((row[X] ?? Number.NaN) + (row[Y] ?? Number.NaN)) ? 'bad_position' : null;
}

/** The fix columns of a table, as stored. */
export function fixColumns(frame: Frame, table: GrowableColumns): FixColumns {
  return {
    frame,
    count: table.count,
    timeMs: table.column(TIME),
    x: table.column(X),
    y: table.column(Y),
    speedMps: table.column(SPEED),
    courseDeg: table.column(COURSE),
    altitudeM: table.column(ALTITUDE),
    accuracyM: table.column(ACCURACY),
  };
}

/**
 * A device's recording from its table. Channels without a single number are left out; of channels of one name
 * the later ones get a number (`rpm`, `rpm 2`), so that a name is enough to tell them apart.
 */
export function deviceRecording(
  device: string,
  frame: Frame,
  table: GrowableColumns,
  names: readonly ChannelName[],
): DeviceRecording {
  const channels: Channel[] = [];
  const used = new Set<string>();
  names.forEach(({ name, unit }, index) => {
    const values = table.column(CHANNELS + index);
    if (values.every(Number.isNaN)) return;
    let free = name;
    for (let copy = 2; used.has(free); copy++) free = `${name} ${copy}`;
    used.add(free);
    channels.push({ name: free, unit, values });
  });
  return { device, fixes: fixColumns(frame, table), channels };
}
