import { z } from 'zod';

/** What the launcher says to the database process over IPC. */
export const parentMessage = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('open'),
    /** A folder, or `memory://`. */
    dataDir: z.string().min(1),
    port: z.number().int(),
    password: z.string().min(16),
    /** A dump to begin with, for a database that does not exist yet. */
    dumpFile: z.string().nullable(),
    idleInTransactionMs: z.number().positive(),
  }),
  z.object({ type: z.literal('stats'), id: z.number().int(), reset: z.boolean() }),
  z.object({ type: z.literal('dump'), id: z.number().int(), file: z.string() }),
  z.object({ type: z.literal('stop') }),
]);
export type ParentMessage = z.infer<typeof parentMessage>;
export type OpenMessage = Extract<ParentMessage, { type: 'open' }>;

const stats = z.object({
  clients: z.number(),
  transactions: z.number(),
  longestTransactionMs: z.number(),
  longestStatement: z.string(),
});
export type EmbeddedStats = z.infer<typeof stats>;

/** What the database process says to the launcher. */
export const childMessage = z.discriminatedUnion('type', [
  z.object({ type: z.literal('ready'), port: z.number().int() }),
  z.object({ type: z.literal('in-use'), pid: z.number(), port: z.number(), busy: z.boolean() }),
  z.object({ type: z.literal('failed'), message: z.string() }),
  z.object({ type: z.literal('stats'), id: z.number().int(), stats }),
  z.object({ type: z.literal('dumped'), id: z.number().int() }),
]);
export type ChildMessage = z.infer<typeof childMessage>;
