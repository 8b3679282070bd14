import { z } from 'zod';
import { id } from './common';

export const demoRaceCreate = z.strictObject({
  /** Times as fast as driven: about 22, 4 or 1 minute long. */
  speed: z.union([z.literal(1), z.literal(5), z.literal(20)]).default(1),
});
export type DemoRaceCreate = z.infer<typeof demoRaceCreate>;

export const demoRaceCreated = z.object({ session_id: id });

/** What the worker thread is asked for, and what it gives. */
export const raceTask = z.object({ seed: z.string() });

const column = z.instanceof(Float64Array);

const simulatedCar = z.object({
  name: z.string(),
  number: z.string(),
  driver: z.string(),
  car: z.string(),
  carClass: z.string(),
  fixes: z.object({
    frame: z.enum(['wgs84', 'planar']),
    count: z.int(),
    timeMs: column,
    x: column,
    y: column,
    speedMps: column,
    courseDeg: column,
    altitudeM: column,
    accuracyM: column,
  }),
  channels: z.array(z.object({ name: z.string(), unit: z.string(), values: column })),
});

/** Times count from the race's own zero. */
export const raceResult = z.object({
  entries: z.array(simulatedCar).min(1),
  greenMs: z.number(),
  chequeredMs: z.number(),
  laps: z.int(),
});
export type RaceResult = z.infer<typeof raceResult>;
