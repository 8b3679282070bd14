import {
  bigint,
  boolean,
  char,
  index,
  integer,
  jsonb,
  pgTable,
  serial,
  smallint,
  text,
  uuid,
} from 'drizzle-orm/pg-core';
import { exactText, instant } from './columns';

export const users = pgTable('users', {
  id: serial().primaryKey(),
  /** As its owner writes it. */
  username: text().notNull(),
  /** Folded: two names that a person would confuse are one. */
  usernameKey: exactText('username_key').notNull().unique(),
  email: text(),
  emailKey: exactText('email_key').unique(),
  passwordHash: text('password_hash').notNull(),
  /** 0 inactive … 5 administrator (lib/auth/permissions). */
  level: smallint().notNull(),
  theme: text({ enum: ['system', 'dark', 'light'] })
    .notNull()
    .default('system'),
  units: text({ enum: ['kmh', 'mph'] })
    .notNull()
    .default('kmh'),
  createdAt: instant('created_at').notNull().defaultNow(),
  lastLoginAt: instant('last_login_at'),
});

/** One row per login; a signed token counts only while its row does. */
export const loginTokens = pgTable(
  'login_tokens',
  {
    jti: uuid().primaryKey(),
    userId: integer('user_id')
      .notNull()
      .references(() => users.id, { onDelete: 'cascade' }),
    createdAt: instant('created_at').notNull().defaultNow(),
    expiresAt: instant('expires_at').notNull(),
    revokedAt: instant('revoked_at'),
    /** Whether it was given as a cookie to a browser or as text to a program. */
    browser: boolean().notNull(),
    ip: text().notNull(),
    userAgent: text('user_agent').notNull(),
  },
  (table) => [index('login_tokens_user').on(table.userId), index('login_tokens_expires').on(table.expiresAt)],
);

/** Keys of programs. The key itself is shown once and kept nowhere. */
export const apiKeys = pgTable(
  'api_keys',
  {
    id: serial().primaryKey(),
    userId: integer('user_id')
      .notNull()
      .references(() => users.id, { onDelete: 'cascade' }),
    name: text().notNull(),
    /** SHA-256, hex: a key is 32 random bytes, so nothing slower is needed. */
    hash: text().notNull().unique(),
    /** The first characters, to know it again by. */
    prefix: text().notNull(),
    scopes: jsonb().$type<('read' | 'ingest' | 'admin')[]>().notNull(),
    createdAt: instant('created_at').notNull().defaultNow(),
    expiresAt: instant('expires_at'),
    revokedAt: instant('revoked_at'),
    lastUsedAt: instant('last_used_at'),
  },
  (table) => [index('api_keys_user').on(table.userId)],
);

/** The audit log. No foreign keys: a row outlives whom and what it names. */
export const logs = pgTable(
  'logs',
  {
    id: bigint({ mode: 'number' }).primaryKey().generatedAlwaysAsIdentity(),
    at: instant('at').notNull().defaultNow(),
    actor: text({ enum: ['user', 'key', 'system', 'nobody'] }).notNull(),
    userId: integer('user_id'),
    username: text(),
    keyId: integer('key_id'),
    keyName: text('key_name'),
    action: text().notNull(),
    /** What was changed: a noun, its id, and what people called it then. */
    target: text(),
    targetId: text('target_id'),
    targetName: text('target_name'),
    details: jsonb().$type<Record<string, unknown>>().notNull().default({}),
    ip: text(),
    country: char({ length: 2 }),
    userAgent: text('user_agent'),
    requestId: text('request_id'),
  },
  (table) => [
    index('logs_at').on(table.at),
    index('logs_user').on(table.userId, table.at),
    index('logs_action').on(table.action, table.at),
  ],
);
