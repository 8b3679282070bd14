import { z } from 'zod';
import { counts, id, instant, listOf, milliseconds, plainText } from './common';

/** 150 characters may take twice as many code units. */
export const robotInPath = z.object({ name: plainText.min(1).max(300) });

/** The trip counters that a device has. */
export const TRIPS = ['a', 'b'] as const;
export const tripName = z.enum(TRIPS);
export type TripName = z.infer<typeof tripName>;

/** The way since a trip counter was set to zero. */
export const trip = z.object({ distance_m: z.number(), since: instant });
export type Trip = z.infer<typeof trip>;

/** null = never set to zero: it shows what the odometer shows. */
export const trips = z.object({ a: trip.nullable(), b: trip.nullable() });
export type Trips = z.infer<typeof trips>;

/** Seconds after its last event for which a device counts as online. */
export const ONLINE_S = 10;

export const robotItem = z.object({
  device_id: id,
  name: z.string(),
  /** Its last event by its own clock, whatever that counts from, and where it was; null = none yet. */
  time_ms: milliseconds.nullable(),
  x_m: z.number().nullable(),
  y_m: z.number().nullable(),
  odometer_m: z.number(),
  trips,
  /** When the server last heard of it. */
  last_seen: instant.nullable(),
  online: z.boolean(),
  /** Events that are stored. */
  events: z.number().int(),
  /** Events that came again with the same values. */
  duplicates: z.number().int(),
  /** Events that were not stored, by reason. */
  refused: counts,
  created_at: instant,
});
export type RobotItem = z.infer<typeof robotItem>;
export const robotList = listOf(robotItem);

export const robotEvent = z.object({ time_ms: milliseconds, x_m: z.number(), y_m: z.number() });
export const robotEventList = listOf(robotEvent).extend({ robot: z.string() });

const wholeMs = z.coerce.number().int().min(0).max(9_007_199_254_740);

/** Bounds by the robot's own clock, both included; the greater one is the end. */
export const robotRange = z.object({ start_time: wholeMs.optional(), end_time: wholeMs.optional() });
export type RobotRange = z.infer<typeof robotRange>;

/** Bounds by the device's clock, both included: instants, or milliseconds for clocks that are not the world's. */
export const odometerQuery = z.object({
  from: instant.optional(),
  to: instant.optional(),
  from_ms: wholeMs.optional(),
  to_ms: wholeMs.optional(),
});
export type OdometerQuery = z.infer<typeof odometerQuery>;

export const odometer = z.object({
  device_id: id,
  odometer_m: z.number(),
  /** The bounds that were asked for; null = open. */
  from_ms: milliseconds.nullable(),
  to_ms: milliseconds.nullable(),
  trips,
});
export type Odometer = z.infer<typeof odometer>;

export const ROBOT_LIMITS = { events: 10_000, bytes: 4 * 1024 * 1024 } as const;

/** What became of each event, in their order. `error` is the word that follows ERR on the socket. */
export const robotResults = z.object({
  stored: z.number().int(),
  refused: counts,
  results: z.array(
    z.object({
      ok: z.boolean(),
      error: z.string().nullable(),
      message: z.string().nullable(),
    }),
  ),
});
export type RobotResults = z.infer<typeof robotResults>;

/** A message of the stream: places [device, its time in ms, x, y], and the robots that changed. */
export const robotNews = z.object({
  fixes: z.array(z.tuple([id, milliseconds, z.number(), z.number()])),
  robots: z.array(robotItem),
});
export type RobotNews = z.infer<typeof robotNews>;
