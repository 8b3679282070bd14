import { z } from 'zod';
import { id, instant, listOf, plainText } from './common';

export const level = z.int().min(0).max(5);
export const theme = z.enum(['system', 'dark', 'light']);
export const units = z.enum(['kmh', 'mph']);
export const scope = z.enum(['read', 'ingest', 'admin']);

/** Visible characters only: a name that nobody can tell from another is none. */
export const username = plainText
  .trim()
  .normalize('NFC')
  .min(1)
  .max(64)
  .refine((name) => !/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u.test(name), 'holds invisible characters');
/** Its rules are the service's: they give better words than a shape can. */
export const password = z.string().max(1000);
export const email = z.email().max(254);

/** An account as its owner and moderators see it. `level` 0 is inactive. */
export const userItem = z.object({
  id,
  username: z.string(),
  email: z.string().nullable(),
  level,
  level_name: z.string(),
  created_at: instant,
  last_login_at: instant.nullable(),
});
export type UserItem = z.infer<typeof userItem>;
export const userList = listOf(userItem);

export const me = userItem.extend({
  theme,
  units,
  /** How this request proved who it is. */
  by: z.enum(['login', 'key']),
  /** When this login or key ends; null = it does not. */
  expires_at: instant.nullable(),
});
export type Me = z.infer<typeof me>;

export const userFilter = z.object({
  /** Part of a name or e-mail address. */
  search: plainText.max(150).optional(),
  level: z.coerce.number().int().min(0).max(5).optional(),
  sort: z.enum(['name', 'newest', 'level', 'last_login']).default('name'),
});
export type UserFilter = z.infer<typeof userFilter>;

export const userCreate = z.strictObject({
  username,
  password,
  email: email.nullish(),
  level: level.default(1),
});
export type UserCreate = z.infer<typeof userCreate>;

/** A level of 0 deactivates the account; a new level or password ends all its logins. */
export const userPatch = z.strictObject({
  username: username.optional(),
  password: password.optional(),
  email: email.nullish(),
  level: level.optional(),
});
export type UserPatch = z.infer<typeof userPatch>;

export const mePatch = z.strictObject({
  username: username.optional(),
  email: email.nullish(),
  theme: theme.optional(),
  units: units.optional(),
});
export type MePatch = z.infer<typeof mePatch>;

export const passwordChange = z.strictObject({ old_password: password, new_password: password });

export const loginInput = z.object({
  username: plainText.max(200),
  password,
  /** The answer of the reCAPTCHA, when one was asked for. */
  captcha: z.string().max(5000).optional(),
  /** For the first login of a server that others can reach too. */
  setup_token: z.string().max(500).optional(),
});
export type LoginInput = z.infer<typeof loginInput>;

export const loginAnswer = z.object({
  access_token: z.string(),
  token_type: z.literal('Bearer'),
  expires_at: instant,
  user: userItem,
});
export type LoginAnswer = z.infer<typeof loginAnswer>;

/** What the login page must know before anybody has logged in. */
export const setupState = z.object({
  /** False until the first administrator exists. */
  done: z.boolean(),
  /** here: from this very machine; token: with the setup token; closed: the server was given none. */
  by: z.enum(['here', 'token', 'closed']),
  /** The site key of the reCAPTCHA; null = none is used. */
  captcha_site_key: z.string().nullable(),
});
export type SetupState = z.infer<typeof setupState>;

/** A login that still counts. */
export const tokenItem = z.object({
  id: z.uuid(),
  current: z.boolean(),
  browser: z.boolean(),
  created_at: instant,
  expires_at: instant,
  ip: z.string(),
  user_agent: z.string(),
});
export type TokenItem = z.infer<typeof tokenItem>;
export const tokenList = listOf(tokenItem);

export const keyItem = z.object({
  id,
  name: z.string(),
  /** Its first characters. */
  prefix: z.string(),
  scopes: z.array(scope),
  created_at: instant,
  expires_at: instant.nullable(),
  last_used_at: instant.nullable(),
  revoked_at: instant.nullable(),
});
export type KeyItem = z.infer<typeof keyItem>;
export const keyList = listOf(keyItem);

export const keyCreate = z.strictObject({
  name: plainText.trim().min(1).max(100),
  scopes: z.array(scope).min(1).max(3),
  /** null = it does not expire. */
  expires_at: instant.nullish(),
});
export type KeyCreate = z.infer<typeof keyCreate>;

/** `key` is shown this once. */
export const keyCreated = keyItem.extend({ key: z.string() });
export type KeyCreated = z.infer<typeof keyCreated>;
