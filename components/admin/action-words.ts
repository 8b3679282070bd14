/** What the actions of the audit log are called. */
const WORDS: Readonly<Record<string, string>> = {
  'auth.login': 'Login',
  'auth.logout': 'Logout',
  'me.update': 'Own account changed',
  'me.password': 'Own password changed',
  'token.revoke': 'Own login ended',
  'key.create': 'Key made',
  'key.revoke': 'Key revoked',
  'import.create': 'File imported',
  'demo.create': 'Demo made',
  'session.create': 'Session made',
  'session.update': 'Session changed',
  'session.reprocess': 'Session calculated again',
  'session.delete': 'Session deleted',
  'track.create': 'Track made',
  'track.update': 'Track changed',
  'track.delete': 'Track deleted',
  'device.update': 'Device changed',
  'device.create': 'Device made',
  'device.trip': 'Trip counter set to zero',
  'device_key.create': 'Device key made',
  'device_key.revoke': 'Device key revoked',
  'live.open': 'Live session opened',
  'live.enter': 'Entry of a live session',
  'live.update': 'Live session changed',
  'live.close': 'Live session closed',
  'live.mark': 'Flag or note of race control',
  'user.create': 'User made',
  'user.update': 'User changed',
  'user.delete': 'User deleted',
  'log.delete': 'Log row deleted',
  'log.clear': 'Log deleted',
  'log.retention': 'Old log rows retired',
  'system.seed': 'Seed data put in',
};

/** All actions that the log may show, for a choice. */
export const LOGGED_ACTIONS: readonly string[] = Object.keys(WORDS);

/** An action in words; one that is not known as it is. */
export const actionWords = (action: string): string => WORDS[action] ?? action;
