import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { basename } from 'node:path';
import { SOLE_DEVICE } from '@/lib/formats/fix-table';
import type { Recording } from '@/lib/formats/types';
import { normaliseColumns, pickRows, pickValues } from '@/lib/timing/normalise';
import type { Channel, FixColumns, Track } from '@/lib/timing/types';
import { readFile } from '../laps/read-file';

/** One device of a recording, ready to be sent. Times are the recording's own until `aligned`. */
export type Car = {
  /** Of the file's content and the device's name: the same car again is the same text. */
  key: string;
  name: string;
  driver: string | null;
  car: string | null;
  fixes: FixColumns;
  channels: Channel[];
};

export type ReadFile = {
  file: string;
  cars: Car[];
  timeBasis: Recording['timeBasis'];
  track: Track | null;
};

/** The cars of a file with usable fixes. Throws when it has none. */
export async function readCars(file: string): Promise<ReadFile> {
  const recording = await readFile(file);
  const hash = await hashOf(file);
  const cars = recording.devices.flatMap(({ device, fixes: all, channels }): Car[] => {
    const { fixes, kept } = normaliseColumns(all);
    if (fixes.count === 0) return [];
    const picked = channels.map((channel) => ({ ...channel, values: pickValues(channel.values, kept) }));
    const isSole = device === '' || device === SOLE_DEVICE;
    const name = isSole ? basename(file).replace(/(\.\w{1,5}){1,2}$/, '') : device;
    const { driver, vehicle: car } = recording;
    return [{ key: `${hash.slice(0, 16)}:${device}`, name, driver, car, fixes, channels: picked }];
  });
  if (cars.length === 0) throw new Error('holds no usable fix.');
  return { file, cars, timeBasis: recording.timeBasis, track: recording.track };
}

async function hashOf(file: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(file)) hash.update(chunk);
  return hash.digest('hex');
}

const first = ({ fixes }: Car): number => fixes.timeMs[0] ?? 0;
const last = ({ fixes }: Car): number => fixes.timeMs[fixes.count - 1] ?? 0;
const startOf = (cars: readonly Car[]): number => Math.min(...cars.map(first));
const endOf = (cars: readonly Car[]): number => Math.max(...cars.map(last));

export type Aligned = {
  cars: Car[];
  /** How several files were put beside each other; null for a single one. */
  how: 'own clock' | 'started together' | null;
};

/**
 * Puts the cars of several files on one clock, the earliest fix at 0: by their own clocks when all of them have one
 * and each file overlaps another, else every file begins at 0. Cars of one file keep their distance.
 */
export function aligned(files: readonly ReadFile[]): Aligned {
  const isOwn = files.every(({ timeBasis }) => timeBasis === files[0]?.timeBasis && timeBasis !== 'none');
  const byStart = [...files].sort((a, b) => startOf(a.cars) - startOf(b.cars));
  let untilMs = Number.NEGATIVE_INFINITY;
  const isOneGroup = byStart.every(({ cars }, index) => {
    const meets = index === 0 || startOf(cars) < untilMs;
    untilMs = Math.max(untilMs, endOf(cars));
    return meets;
  });
  const together = !(isOwn && isOneGroup);
  const zeroMs = startOf(files.flatMap(({ cars }) => cars));
  const cars = files.flatMap((file) => {
    // Whole milliseconds, so that every distance between fixes stays what it is.
    const byMs = Math.floor(together ? startOf(file.cars) : zeroMs);
    return file.cars.map((car) => shifted(car, -byMs));
  });
  const how = files.length < 2 ? null : together ? 'started together' : 'own clock';
  return { cars: distinctKeys(cars), how };
}

const shifted = (car: Car, byMs: number): Car => ({
  ...car,
  fixes: {
    ...car.fixes,
    timeMs: car.fixes.timeMs.map((timeMs) => Math.round((timeMs + byMs) * 1000) / 1000),
  },
});

/** A file that is given twice gives two cars. */
function distinctKeys(cars: readonly Car[]): Car[] {
  const seen = new Map<string, number>();
  return cars.map((car) => {
    const times = (seen.get(car.key) ?? 0) + 1;
    seen.set(car.key, times);
    return times === 1 ? car : { ...car, key: `${car.key}:${times}`, name: `${car.name} ${times}` };
  });
}

/** The part [fromS, toS) of the cars' clock, begun at 0 again; cars without a fix in it are left out. */
export function cut(cars: readonly Car[], fromS: number, toS: number): Car[] {
  const [fromMs, toMs] = [fromS * 1000, toS * 1000];
  return cars.flatMap((car) => {
    const rows: number[] = [];
    car.fixes.timeMs.forEach((timeMs, row) => {
      if (timeMs >= fromMs && timeMs < toMs) rows.push(row);
    });
    if (rows.length === 0) return [];
    const kept = Int32Array.from(rows);
    const fixes = pickRows(car.fixes, kept);
    const channels = car.channels.map((channel) => ({
      ...channel,
      values: pickValues(channel.values, kept),
    }));
    return [shifted({ ...car, fixes, channels }, -Math.floor(fromMs))];
  });
}

/** From the first fix of all to the last. */
export const durationMsOf = (cars: readonly Car[]): number => endOf(cars) - startOf(cars);
