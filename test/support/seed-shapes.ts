import { z } from 'zod';

/** What the older systems' programs expect, without a field more. */
export const user = z.strictObject({
  id: z.int(),
  username: z.string(),
  email: z.string().nullable(),
  level: z.int().min(0).max(5),
});
export const self = user.extend({ theme: z.enum(['dark', 'light']) });
export const said = z.strictObject({ message: z.string() });
export const gate = z.strictObject({
  number: z.int(),
  name: z.string(),
  type: z.string(),
  points: z.array(z.strictObject({ lat: z.number(), lon: z.number() })).length(2),
  previous: z.array(z.int()).nullable(),
});
export const trackRow = z.strictObject({ id: z.int(), name: z.string(), location: z.string() });
export const track = trackRow.extend({ checkpoints: z.array(gate).min(1) });
export const session = z.strictObject({
  id: z.int(),
  sessionName: z.string(),
  trackId: z.int().nullable(),
  deviceId: z.int().nullable(),
  from: z.iso.datetime(),
  to: z.iso.datetime(),
  laps: z
    .array(
      z.strictObject({
        id: z.int(),
        deviceId: z.int(),
        number: z.int(),
        class: z.enum(['Complete', 'Invalid', 'Outlap', 'Inlap', 'Pitstop']),
        reason: z.string().nullable(),
        start: z.iso.datetime(),
        lapTimeS: z.number(),
        sectors: z.array(
          z.strictObject({
            number: z.int(),
            timeS: z.number().nullable(),
            deltaS: z.number().nullable(),
          }),
        ),
        topSpeedMps: z.number().nullable(),
        minSpeedMps: z.number().nullable(),
      }),
    )
    .min(1),
});

export const lfsLap = z.strictObject({
  id: z.int(),
  session_id: z.int(),
  lap_number: z.int().min(1),
  lap_time: z.number().positive(),
  sector1_time: z.number().nullable(),
  sector2_time: z.number().nullable(),
  sector3_time: z.number().nullable(),
  valid: z.boolean(),
});
export const lfsPoint = z.strictObject({
  timestamp: z.number(),
  speed: z.number().min(0),
  rpm: z.int().nullable(),
  gear: z.int().nullable(),
  throttle: z.number().min(0).max(1).nullable(),
  brake: z.number().min(0).max(1).nullable(),
  steering: z.number().min(-1).max(1).nullable(),
  position_x: z.number(),
  position_y: z.number(),
  position_z: z.number().nullable(),
});

export const seedRobot = z.strictObject({
  name: z.string(),
  odometer: z.number(),
  last_x: z.number().nullable(),
  last_y: z.number().nullable(),
  created_time: z.iso.datetime(),
  updated_time: z.iso.datetime().nullable(),
  removed_time: z.null(),
});
export const seedEvent = z.strictObject({
  robot: z.string(),
  x: z.number(),
  y: z.number(),
  timestamp: z.int(),
});
export const seedWay = z.strictObject({ robot: z.string(), odometer: z.number() });
