import type { Level, Scope } from './permissions';

/** Who asks. */
export type Actor =
  /** The product itself: its jobs, its start. */
  | { kind: 'system' }
  /** Nobody who has proved anything. */
  | { kind: 'nobody' }
  /** A person who has logged in; `jti` names the login. */
  | { kind: 'user'; userId: number; username: string; level: Level; jti: string; expiresAt: string }
  /** A program with a key of a person, at that person's level within the key's scopes. */
  | {
      kind: 'key';
      userId: number;
      username: string;
      level: Level;
      keyId: number;
      keyName: string;
      scopes: readonly Scope[];
      expiresAt: string | null;
    };

/** Who asks and from where: what rights are checked by and what the audit log keeps. */
export type Caller = {
  actor: Actor;
  requestId: string | null;
  ip: string | null;
  /** ISO 3166 alpha-2. */
  country: string | null;
  userAgent: string | null;
  /** Whether the request comes from the server's own machine, beyond doubt. */
  isLocal: boolean;
};

/** The product itself. */
export const SYSTEM: Caller = {
  actor: { kind: 'system' },
  requestId: null,
  ip: null,
  country: null,
  userAgent: null,
  isLocal: false,
};

/** The account behind an actor, or null. */
export const userIdOf = (actor: Actor): number | null =>
  actor.kind === 'user' || actor.kind === 'key' ? actor.userId : null;
