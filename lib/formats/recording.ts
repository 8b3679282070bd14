import type { Recording } from './types';

/** A recording with nothing but its format, for a reader to fill what its file holds. */
export function blankRecording(format: string): Recording {
  return {
    format,
    timeBasis: 'utc',
    devices: [],
    track: null,
    recordedLaps: [],
    rejected: {},
    notes: [],
    title: null,
    driver: null,
    vehicle: null,
  };
}

/** Text of a file's head, or null when it is blank. */
export function orNull(text: string | undefined): string | null {
  const plain = text?.trim() ?? '';
  return plain === '' ? null : plain;
}
