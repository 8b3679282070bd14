import { csv } from '@/lib/formats/csv';
import { blankRecording } from '@/lib/formats/recording';
import { simulateSession } from '@/lib/simulator/session';
import { normaliseColumns } from '@/lib/timing/normalise';
import type { Channel, FixColumns } from '@/lib/timing/types';

export type Drive = { fixes: FixColumns; channels: Channel[] };

/** Rounds of one simulated car, 31 of which take about an hour; each `day` is another recording. */
export function simulatedDrive(options: {
  day: number;
  laps: number;
  rateHz: number;
  channels: boolean;
}): Drive {
  const { day, laps, rateHz } = options;
  const startMs = 1_780_000_000_000 + day * 86_400_000;
  const [entry] = simulateSession(`bench ${day}`, { startMs, cars: 1, laps, rateHz });
  if (!entry) throw new Error('The simulator gave no car.');
  const { fixes, kept } = normaliseColumns(entry.fixes);
  // As loggers write them: three decimals are plenty for a pedal or a g.
  const channels = entry.channels.map((channel) => ({
    ...channel,
    values: Float64Array.from(kept, (row) => Math.round((channel.values[row] ?? 0) * 1000) / 1000),
  }));
  return { fixes, channels: options.channels ? channels : [] };
}

/** The drive as a file of our CSV, piece by piece. */
export async function* csvOf({ fixes, channels }: Drive): AsyncIterable<Uint8Array> {
  const recording = { ...blankRecording('csv'), devices: [{ device: 'car', fixes, channels }] };
  for (const piece of csv.write?.(recording) ?? []) yield Buffer.from(piece);
}
