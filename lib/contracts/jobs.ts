import { z } from 'zod';

/** What the events of the job queue carry. */
export const importEvent = z.object({
  import_id: z.int(),
  /** Imports of one queue run one after the other. */
  queue: z.string(),
});
export const sessionEvent = z.object({ session_id: z.int() });
export const devicesEvent = z.object({ device_ids: z.array(z.int()) });
/** ISO 8601, the UTC day. */
export const upkeepEvent = z.object({ day: z.iso.date() });
export const demoEvent = z.object({
  demo: z.string(),
  start_ms: z.number(),
  owner_id: z.int().nullable().default(null),
});

/** What a worker task says of how far it is. */
export const taskProgress = z.object({
  phase: z.enum(['reading', 'detecting', 'storing']),
  progress: z.number(),
  message: z.string(),
});
export type TaskProgress = z.infer<typeof taskProgress>;

const counts = z.record(z.string(), z.number());

/** A device that an import stored: its fixes lie in [from_us, to_us). */
export const storedDevice = z.object({
  id: z.int(),
  name: z.string(),
  frame: z.enum(['wgs84', 'planar']),
  fixes: z.int(),
  from_us: z.number(),
  to_us: z.number(),
  rate_hz: z.number().nullable(),
  rejected: counts,
  number: z.string().nullable(),
  driver: z.string().nullable(),
  car: z.string().nullable(),
  car_class: z.string().nullable(),
});
export type StoredDevice = z.infer<typeof storedDevice>;

/** What the first step of an import gives to the next. */
export const readResult = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('track'), message: z.string() }),
  z.object({
    kind: z.literal('recording'),
    devices: z.array(storedDevice),
    /** The file's own gates as a track file. */
    own_track: z.unknown(),
    title: z.string().nullable(),
    time_basis: z.enum(['utc', 'local', 'none']),
    notes: z.array(z.string()),
  }),
]);
export type ReadResult = z.infer<typeof readResult>;
export type RecordingRead = Extract<ReadResult, { kind: 'recording' }>;

/** What the second step gives to the last. */
export const detectResult = z.object({
  session_ids: z.array(z.int()),
  message: z.string(),
});
export type DetectResult = z.infer<typeof detectResult>;
