import { expect } from 'vitest';
import { openReader, readRecording } from '@/lib/formats/registry';
import { type DeviceRecording, FormatError, type ReaderOptions, type Recording } from '@/lib/formats/types';
import { bytesOf } from './samples';

export function read(name: string, content: string | Uint8Array, options?: ReaderOptions): Recording {
  return readRecording(name, typeof content === 'string' ? bytesOf(content) : content, options);
}

/** The only device of a recording. */
export function sole(recording: Recording): DeviceRecording {
  const [device] = recording.devices;
  if (!device || recording.devices.length !== 1)
    throw new Error(`There are ${recording.devices.length} devices.`);
  return device;
}

export function channel(device: DeviceRecording, name: string): number[] {
  const found = device.channels.find((other) => other.name === name);
  if (!found)
    throw new Error(`No channel ${name} among ${device.channels.map((other) => other.name).join(', ')}.`);
  return [...found.values];
}

/** The FormatError that reading must end in. */
export function refusal(name: string, content: string | Uint8Array): FormatError {
  try {
    read(name, content);
  } catch (error) {
    if (error instanceof FormatError) return error;
    throw error;
  }
  return expect.fail(`${name} was read without an error`);
}

/** Reads a file in pieces that end at the given offsets. */
export function readInPieces(name: string, bytes: Uint8Array, cuts: readonly number[]): Recording {
  const reader = openReader(name);
  const ends = [...new Set(cuts.map((cut) => cut % (bytes.length + 1)))].sort((a, b) => a - b);
  let from = 0;
  for (const end of [...ends, bytes.length]) {
    // A copy that is wiped afterwards: a reader that keeps a view of its chunk shows here.
    const piece = bytes.slice(from, end);
    reader.push(piece);
    piece.fill(0x23);
    from = end;
  }
  return reader.end();
}
