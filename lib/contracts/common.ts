import { z } from 'zod';

const wholeId = z.int().positive().max(2_147_483_647);

/** Ids are 32-bit integers; a greater number names nothing. As text they are plain digits: 1e3 is no id. */
export const id = z
  .union(
    [
      wholeId,
      z
        .string()
        .regex(/^[1-9]\d{0,9}$/)
        .transform(Number)
        .pipe(wholeId),
    ],
    {
      error: ({ input }) =>
        input === undefined ? 'is missing' : 'must be an id: a whole number from 1 to 2147483647',
    },
  )
  .meta({ override: { type: 'integer', minimum: 1, maximum: 2_147_483_647, anyOf: undefined } });
/** Text that every table can take: whole Unicode characters, none of them U+0000. */
export const plainText = z
  .string()
  .refine((text) => !text.includes('\0') && !/\p{Surrogate}/u.test(text), 'holds a character that is none');
/** ISO 8601 UTC. */
export const instant = z.iso.datetime();
/** Milliseconds with at most 3 decimals. */
export const milliseconds = z.number();
export const counts = z.record(z.string(), z.number().int());

export const listQuery = z.object({
  limit: z.coerce.number().int().min(1).max(1000).default(100),
  cursor: z.string().max(200).optional(),
});

/** A list with its true total; next is the cursor of the following page. */
export function listOf<Item extends z.ZodType>(item: Item) {
  return z.object({ items: z.array(item), total: z.number().int(), next: z.string().nullable() });
}

export const apiError = z.object({
  error: z.string(),
  message: z.string(),
  status_code: z.number().int(),
  errors: z.array(z.object({ field: z.string(), message: z.string() })).optional(),
  /** The login needs a solved reCAPTCHA. */
  captcha_required: z.boolean().optional(),
  request_id: z.string(),
});
export type ApiError = z.infer<typeof apiError>;
