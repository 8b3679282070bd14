import type { CommittedFixes } from './ingest';

/** Says that a session was opened, changed or closed: whoever times it looks at it anew. */
export const CONTROL_TOPIC = 'session:control';

export type Control = { sessionId: number };

/** At the wire: every message of CONTROL_TOPIC is a Control. */
export const controlOf = (data: unknown): number => (data as Control).sessionId;

/** At the wire: every message of FIXES_TOPIC is what a commit gave (lib/live/group-commit). */
export const committedOf = (data: unknown): CommittedFixes => data as CommittedFixes;
