/** 0 inactive, 1 regular, 2 super user, 3 moderator, 4 super moderator, 5 administrator. */
export const LEVELS = [0, 1, 2, 3, 4, 5] as const;
export type Level = (typeof LEVELS)[number];

/** What a key may be used for. `admin` is whatever its owner may, but for the own password, logins and keys. */
export const SCOPES = ['read', 'ingest', 'admin'] as const;
export type Scope = (typeof SCOPES)[number];

export type Permission = {
  /** The lowest level that may; null = everybody, also without login. */
  level: Level | null;
  /** Where things have owners: the lowest level that may also with what belongs to somebody else. */
  others?: Level;
  /** The scope that a key needs (`admin` includes the others); null = only a person who has logged in. */
  scope: Scope | null;
  /** Open to everybody while the server is in its public read-only mode. */
  public?: true;
  /** Open also without login where the server takes robots so. */
  upstream?: true;
  /** Changes something: every use of it is in the audit log. */
  writes?: true;
};

const read = (level: Level | null): Permission => ({ level, scope: 'read' });
const publicRead: Permission = { level: 1, scope: 'read', public: true };
const write = (level: Level): Permission => ({ level, scope: 'admin', writes: true });
/** Level 1 with what is one's own, level 2 with everybody's. */
const ownWrite: Permission = { level: 1, others: 2, scope: 'admin', writes: true };
/** The same for keys of feeds, which open what they send to. */
const liveWrite: Permission = { level: 1, others: 2, scope: 'ingest', writes: true };
const adminRead = (level: Level): Permission => ({ level, scope: 'admin' });
const personalRead = (level: Level | null): Permission => ({ level, scope: null });
const personal = (level: Level | null): Permission => ({ level, scope: null, writes: true });

/** Every right of the product: what may be done, from which level on. The only place that says so. */
export const PERMISSIONS = {
  'status.read': read(null),
  'setup.read': personalRead(null),
  'auth.login': personal(null),
  'auth.logout': personal(0),
  'me.read': read(0),
  'me.update': personal(1),
  'me.password': personal(0),
  'token.list': personalRead(1),
  'token.revoke': personal(1),
  'key.list': personalRead(1),
  'key.create': personal(1),
  'key.revoke': personal(1),

  'session.list': publicRead,
  'session.read': publicRead,
  'lap.list': publicRead,
  'lap.read': publicRead,
  'live.read': publicRead,
  'live.list': publicRead,
  'track.list': publicRead,
  'track.read': publicRead,
  'device.list': read(1),
  'device.read': read(1),
  'import.list': read(1),
  'import.read': read(1),

  'import.create': { level: 1, scope: 'ingest', writes: true },
  'demo.create': write(1),
  'session.create': ownWrite,
  'session.update': ownWrite,
  'session.reprocess': ownWrite,
  'session.delete': ownWrite,
  'track.validate': read(1),
  'track.create': write(2),
  'track.update': write(2),
  'track.delete': write(2),
  'device.update': write(2),
  'device.create': write(1),
  'device.trip': ownWrite,
  'device_key.list': { level: 1, others: 2, scope: 'admin' },
  'device_key.create': ownWrite,
  'device_key.revoke': ownWrite,

  // Fixes are counted for each device; a row of the log for each would bury the others.
  'live.open': liveWrite,
  'live.enter': liveWrite,
  'live.update': liveWrite,
  'live.close': liveWrite,
  // Race control is for those who run the day.
  'live.mark': { level: 2, scope: 'ingest', writes: true },
  'position.create': { level: 1, others: 2, scope: 'ingest' },
  // The key in the address says who sends.
  'phone.send': { level: null, scope: 'ingest' },
  'robot.send': { level: 1, scope: 'ingest', upstream: true },
  'robot.list': publicRead,
  'robot.read': publicRead,

  'user.list': adminRead(3),
  'user.read': adminRead(3),
  'user.create': write(3),
  'user.update': write(3),
  'user.delete': write(3),
  'usage.read': adminRead(3),
  'log.list': adminRead(4),
  'log.delete': write(5),
  'log.clear': write(5),
  'system.read': adminRead(5),
  'job.list': adminRead(5),
  'system.seed': write(5),
} as const satisfies Record<string, Permission>;

export type Action = keyof typeof PERMISSIONS;

/** What the table says of an action. */
export const permissionOf = (action: Action): Permission => PERMISSIONS[action];

/** Whether an account of this level may do it with what is its own or shared, or with what is somebody else's. */
export function reaches(action: Action, level: Level, isOthers: boolean): boolean {
  const { level: least, others } = permissionOf(action);
  return level >= ((isOthers ? others : undefined) ?? least ?? 0);
}

/** Whether a number is a level. */
export const isLevel = (value: number): value is Level => LEVELS.some((level) => level === value);

/** What people call a level. */
export const LEVEL_NAMES: Record<Level, string> = {
  0: 'inactive',
  1: 'regular',
  2: 'super user',
  3: 'moderator',
  4: 'super moderator',
  5: 'administrator',
};

/**
 * Whether somebody of level `own` may change an account of level `other`, or give that level: only below the own
 * one; an administrator may with every one.
 */
export const mayHandle = (own: Level, other: Level): boolean => own === 5 || other < own;
