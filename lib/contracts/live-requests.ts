import { z } from 'zod';
import { id, instant, plainText } from './common';
import { LIVE_LIMITS, markKind } from './live';
import { sessionKind } from './sessions';

const name = plainText.trim().min(1).max(150);
const short = plainText.trim().min(1).max(60);

export const liveEntry = z.strictObject({
  device_id: id,
  number: short.max(10).nullish(),
  driver: short.nullish(),
  car: short.nullish(),
  car_class: short.nullish(),
});
export type LiveEntry = z.infer<typeof liveEntry>;

/** `from` in the past takes the fixes that are stored since then; default now. */
export const liveOpen = z.strictObject({
  name,
  kind: sessionKind.default('practice'),
  track_id: id.nullish(),
  from: instant.optional(),
  entries: z.array(liveEntry).max(500).default([]),
  laps_target: z.int().min(1).max(10_000).nullish(),
  duration_target_ms: z
    .int()
    .min(1_000)
    .max(7 * 86_400_000)
    .nullish(),
  delay_s: z.int().min(0).max(LIVE_LIMITS.delayS).default(0),
});
export type LiveOpen = z.infer<typeof liveOpen>;

export const livePatch = z.strictObject({
  delay_s: z.int().min(0).max(LIVE_LIMITS.delayS).optional(),
  laps_target: z.int().min(1).max(10_000).nullish(),
  duration_target_ms: z
    .int()
    .min(1_000)
    .max(7 * 86_400_000)
    .nullish(),
});
export type LivePatch = z.infer<typeof livePatch>;

/** `at` = when it happened, default now. */
export const markCreate = z.strictObject({
  kind: markKind,
  text: plainText.trim().max(300).default(''),
  entry_id: id.nullish(),
  at: instant.optional(),
});
export type MarkCreate = z.infer<typeof markCreate>;
