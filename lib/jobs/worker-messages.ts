import { z } from 'zod';

/** What the main thread asks of the worker. */
export const workerRequest = z.object({ id: z.number().int(), task: z.string(), input: z.unknown() });
export type WorkerRequest = z.infer<typeof workerRequest>;

/** What the worker answers. */
export const workerReply = z.discriminatedUnion('type', [
  z.object({ type: z.literal('progress'), id: z.number().int(), data: z.unknown() }),
  z.object({ type: z.literal('done'), id: z.number().int(), result: z.unknown() }),
  z.object({
    type: z.literal('failed'),
    id: z.number().int(),
    message: z.string(),
    code: z.string().nullable(),
    line: z.number().int().nullable(),
  }),
]);
export type WorkerReply = z.infer<typeof workerReply>;
