import { z } from 'zod';
import { id, instant } from './common';
import { POSITION_LIMITS, position } from './positions';
import { sessionRef } from './sessions';

/** 9999-12-31 in seconds. */
const LATEST_S = 253_402_214_400;

/** Epoch seconds, or ISO 8601 with its zone; gives epoch ms. */
const moment = z
  .union([
    z
      .string()
      .regex(/^\d{1,12}(\.\d{1,9})?$/)
      .transform((text) => Number(text) * 1000)
      .pipe(z.number().max(LATEST_S * 1000)),
    z.iso.datetime({ offset: true }).transform((text) => Date.parse(text)),
  ])
  .meta({ description: 'Epoch seconds, or ISO 8601 with its zone.' });

export const telemetryRangeQuery = z.object({
  session_id: sessionRef,
  /** [start_time, end_time), at most 24 hours. */
  start_time: moment,
  end_time: moment,
  device_id: id.optional(),
  limit: z.coerce.number().int().min(1).max(POSITION_LIMITS.rows).default(10_000),
});
export type TelemetryRangeQuery = z.output<typeof telemetryRangeQuery>;

/** What the devices of a session sent in a window, device by device; `total` counts those beyond the limit too. */
export const telemetryRange = z.object({
  session_id: id,
  from: instant,
  to: instant,
  points: z.array(position.extend({ device_id: id })),
  count: z.number().int(),
  total: z.number().int(),
});
export type TelemetryRange = z.infer<typeof telemetryRange>;
