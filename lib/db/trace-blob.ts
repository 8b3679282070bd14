import { deflateRawSync, inflateRawSync } from 'node:zlib';
import type { Trace } from '@/lib/analysis/trace';
import { packTrace, unpackTrace } from '@/lib/analysis/trace-codec';
import type { StoredTrace } from './laps';

const LEVEL = 6;
/** A lap of a day at 100 Hz with 30 channels stays below this. */
const MAX_BYTES = 512 * 1024 * 1024;

/** A trace as it is stored: packed columns, raw deflate. */
export function storeTrace(trace: Trace): StoredTrace {
  const channels = trace.columns.map(({ name, unit, scale }) => ({ name, unit, scale }));
  return { samples: trace.samples, channels, data: deflateRawSync(packTrace(trace), { level: LEVEL }) };
}

/** The way back. */
export function loadTrace({ samples, channels, data }: StoredTrace): Trace {
  const bytes = inflateRawSync(data, { maxOutputLength: MAX_BYTES });
  return unpackTrace(bytes, samples, channels);
}
