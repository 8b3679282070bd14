import type { Channel, FixColumns, RejectedCounts, Track } from '@/lib/timing/types';

/** utc: epoch times are right. local: wall clock of an unknown zone, given as if it were UTC. none: starts at 0. */
export type TimeBasis = 'utc' | 'local' | 'none';

/** One device's fixes and channels; rows as recorded, in file order (the fix filter refuses, not the reader). */
export type DeviceRecording = { device: string; fixes: FixColumns; channels: Channel[] };

/** Laps as the logger itself wrote them: an oracle to compare with, never our result. */
export type RecordedLap = { number: number; timeMs: number; sectorsMs: number[] };

export type Recording = {
  /** Id of the format that read it, for example `vbo`. */
  format: string;
  timeBasis: TimeBasis;
  devices: DeviceRecording[];
  /** The file's own gates, when it has any. */
  track: Track | null;
  recordedLaps: RecordedLap[];
  /** Rows that hold no fix, by reason (`bad_checksum`, `short_row`, `no_fix` …). */
  rejected: RejectedCounts;
  /** What a person should know of this file, in whole sentences. */
  notes: string[];
  title: string | null;
  driver: string | null;
  vehicle: string | null;
};

/** Bad input: the place in the file and the remedy, for people. */
export class FormatError extends Error {
  readonly code = 'bad_file';
  constructor(
    message: string,
    /** 1-based line of a text file, else null. */
    readonly line: number | null = null,
    /** Byte offset in a binary file, else null. */
    readonly offset: number | null = null,
  ) {
    // It may quote the file: what no table and no terminal can take stays out.
    super(message.replaceAll(/[\p{Cc}\p{Surrogate}]/gu, '?'));
    this.name = 'FormatError';
  }
}

/** The first bytes of a file and its name, for a format to say whether it is its own. */
export type FileHead = { name: string; bytes: Uint8Array; text: string };

/** Takes a file in pieces; `end` gives the recording or throws a FormatError. Neither keeps the whole text. */
export type FormatReader = {
  push(chunk: Uint8Array): void;
  end(): Recording;
};

export type ReaderOptions = {
  /** Half width in metres of gates whose file gives only a point (RaceChrono's VBO: 25 m wide). */
  gateHalfWidthM?: number;
};

export type Format = {
  id: string;
  /** What people call it. */
  label: string;
  extensions: readonly string[];
  /** 0 = certainly not, 1 = certainly; the registry takes the highest. */
  sniff(head: FileHead): number;
  reader(head: FileHead, options: ReaderOptions): FormatReader;
  /** Pieces of the file as text; absent = the format is only read. */
  write?(recording: Recording): Iterable<string>;
};
