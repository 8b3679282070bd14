import { isIP } from 'node:net';
import { z } from 'zod';

const PORT = 'must be a port number from 0 to 65535';
const TRUE = ['1', 'true'];
const FALSE = ['0', 'false'];

/** The parts of a list that is set as text with commas. */
const listOf = (text: string): string[] =>
  text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');

/** A list with commas of which every part passes the check; empty when it is not set. */
const list = (check: (part: string) => boolean, error: string) =>
  z
    .string()
    .default('')
    .transform(listOf)
    .refine((parts) => parts.every(check), { error });

const atLeast = (length: number) => z.string().min(length, `must have at least ${length} characters`);

const yesOrNo = z
  .string()
  .transform((text) => text.toLowerCase())
  .refine((text) => [...TRUE, ...FALSE].includes(text), { error: 'must be 1, true, 0 or false' })
  .transform((text) => TRUE.includes(text));

const flag = () => yesOrNo.default(false);

const wholeNumber = (least: number, preset: number) => {
  const error = `must be a whole number of ${least} or more`;
  return z.coerce.number(error).int(error).min(least, error).default(preset);
};

const schema = z
  .object({
    /** The address to listen on. */
    HOST: z
      .string()
      .default('127.0.0.1')
      .transform((host) => host.replace(/^\[(.*)\]$/, '$1'))
      .refine((host) => isIP(host) !== 0 || isHostName(host), {
        error: 'must be an address of this machine such as 127.0.0.1, 0.0.0.0 (all of them) or a host name',
      }),
    /** 0 takes a free one. */
    PORT: z.coerce.number(PORT).int(PORT).min(0, PORT).max(65_535, PORT).default(3000),
    /** The folder of the database, the uploads and the secrets. */
    DATA_DIR: z.string().default('./data'),
    /** A PostgreSQL to use; without it the embedded database in DATA_DIR. */
    DATABASE_URL: z
      .string()
      .refine((url) => /^postgres(ql)?:\/\/./.test(url) && URL.canParse(url), {
        error: 'must be a URL such as postgres://user:password@host:5432/database',
      })
      .optional(),
    /** Map tiles as a URL with {z}, {x} and {y}; without it maps have no tiles. */
    TILE_URL: z
      .string()
      .refine(
        (url) => /^https?:\/\//.test(url) && ['{z}', '{x}', '{y}'].every((part) => url.includes(part)),
        { error: 'must be an http(s) URL with {z}, {x} and {y}' },
      )
      .optional(),
    /** Signs the sessions; without it one is made and kept in DATA_DIR. */
    AUTH_SECRET: atLeast(32).optional(),
    /** The administrator to make at the start when there is none; both or none. */
    ADMIN_USERNAME: z.string().optional(),
    ADMIN_PASSWORD: z.string().optional(),
    /** Whether that account gets this password and level 5 again, though there is one. */
    ADMIN_RESET: flag(),
    /** Who shows it may make the first administrator from another machine. */
    SETUP_TOKEN: atLeast(12).optional(),
    /** reCAPTCHA at the login; both or none. */
    RECAPTCHA_SECRET_KEY: z.string().optional(),
    RECAPTCHA_SITE_KEY: z.string().optional(),
    /** The proxies whose word on a client's address counts: addresses and CIDR blocks. */
    TRUST_PROXY: list(
      isAddressBlock,
      'must be a list of addresses and CIDR blocks such as 127.0.0.1, 10.0.0.0/8, fd00::/8 (and no /0, which would believe everyone)',
    ),
    /** Whether who is not logged in may read. */
    PUBLIC_READ: flag(),
    /** The origin under which people reach the server. */
    PUBLIC_URL: z
      .string()
      .refine((url) => originOf(url) !== null, {
        error: 'must be an http(s) address without a path, such as https://pitwall.example.org',
      })
      .transform((url) => originOf(url) ?? url)
      .optional(),
    /** Further names under which the server answers. */
    ALLOWED_HOSTS: list(
      (name) => isHostName(name) || isIP(name.replace(/^\[(.*)\]$/, '$1')) !== 0,
      'must be a list of host names without scheme and port, such as pitwall.local, timing.example.org',
    ).transform((names) => names.map((name) => name.toLowerCase())),
    /** The origins whose pages may use the API; `*` is any. */
    CORS_ORIGINS: list(
      (origin) => origin === '*' || originOf(origin) !== null,
      'must be a list of origins such as https://app.example.org, or *',
    ).transform((origins) => origins.map((origin) => originOf(origin) ?? origin)),
    /** A Redis for what several instances share. */
    REDIS_URL: z
      .string()
      .refine((url) => /^rediss?:\/\/[^/\s]/.test(url) && URL.canParse(url), {
        error: 'must be a URL such as redis://host:6379 or rediss://user:password@host:6380',
      })
      .optional(),
    /** API requests a client may make each minute; 0 is no limit. */
    RATE_LIMIT_PER_MINUTE: wholeNumber(0, 1200),
    INGEST_FIXES_PER_SECOND: wholeNumber(0, 2000),
    /** Whether robots may send without a login; unset those that run on this machine. */
    UPSTREAM_OPEN: yesOrNo.optional(),
    /** What `npm run replay` and `npm run load` show the server; the server itself does not read it. */
    PITWALL_KEY: z.string().optional(),
    /** Whether a fresh database gets the simulated session. */
    DEMO: yesOrNo.default(true),
    /** How long the audit log is kept. */
    LOG_RETENTION_DAYS: wholeNumber(1, 365),
  })
  .superRefine((settings, context) => {
    for (const [one, other] of PAIRS)
      for (const [set, missing] of [
        [one, other],
        [other, one],
      ] as const)
        if (settings[set] !== undefined && settings[missing] === undefined)
          context.addIssue({
            code: 'custom',
            path: [missing],
            message: `must be set too when ${set} is (or leave out both)`,
          });
  });

const PAIRS = [
  ['ADMIN_USERNAME', 'ADMIN_PASSWORD'],
  ['RECAPTCHA_SECRET_KEY', 'RECAPTCHA_SITE_KEY'],
] as const;

/** Everything that the environment sets. A variable that is absent or empty takes its default. */
export type Environment = z.infer<typeof schema>;

type Alias = { name: string; convert?: (value: string) => string };

/** Other names of a variable, from the systems that this one replaces; the own name wins. */
const ALIASES: Record<string, readonly Alias[]> = {
  PORT: [{ name: 'API_PORT' }],
  AUTH_SECRET: [{ name: 'JWT_SECRET_KEY' }, { name: 'SECRET_KEY' }],
  RECAPTCHA_SITE_KEY: [{ name: 'RECAPTCHA_WEB_KEY' }],
  REDIS_URL: [{ name: 'REDIS_HOST', convert: (host) => `redis://${host}` }],
};

/** Their wrong values are not repeated in the error, which ends in a log. */
const SECRETS = new Set([
  'PITWALL_KEY',
  'DATABASE_URL',
  'AUTH_SECRET',
  'ADMIN_PASSWORD',
  'SETUP_TOKEN',
  'RECAPTCHA_SECRET_KEY',
  'REDIS_URL',
]);

/** Beside the secrets: what may carry a key or tells an attacker a name. */
const NOT_SHOWN = new Set([...SECRETS, 'TILE_URL', 'ADMIN_USERNAME', 'TRUST_PROXY']);

/** Every setting by name, for administrators; of what is not shown only whether it is set. */
export function settingsInForce(
  environment: Environment,
): { name: string; is_set: boolean; value: string | null }[] {
  return Object.keys(schema.shape).map((name) => {
    const value: unknown = Reflect.get(environment, name);
    const text = Array.isArray(value) ? value.join(', ') : String(value ?? '');
    return { name, is_set: text !== '', value: NOT_SHOWN.has(name) || text === '' ? null : text };
  });
}

function isHostName(text: string): boolean {
  return (
    text.length <= 253 &&
    /^[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?(\.[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?)*$/i.test(text)
  );
}

function isAddressBlock(text: string): boolean {
  const [address = '', bits, ...rest] = text.split('/');
  const family = isIP(address);
  if (family === 0 || address.includes('%') || rest.length > 0) return false;
  return bits === undefined || (/^[1-9]\d{0,2}$/.test(bits) && Number(bits) <= (family === 4 ? 32 : 128));
}

/** An origin in the form in which browsers send it; null when the text is more or less than one. */
function originOf(text: string): string | null {
  if (!/^https?:\/\/[^/?#@\\\s]+\/?$/i.test(text) || !URL.canParse(text)) return null;
  return new URL(text).origin;
}

/** Reads the environment. Throws an Error with one clear line that names every wrong variable. */
export function parseEnvironment(source: Record<string, string | undefined>): Environment {
  const given = new Map<string, { as: string; value: string }>();
  for (const name of Object.keys(schema.shape)) {
    const found = [{ name }, ...(ALIASES[name] ?? [])].find((alias) => source[alias.name]?.trim());
    const text = found && source[found.name];
    if (!found || !text) continue;
    // A password may begin or end with a space.
    const value = name === 'ADMIN_PASSWORD' ? text : text.trim();
    given.set(name, {
      as: found.name,
      value: 'convert' in found ? (found.convert?.(value) ?? value) : value,
    });
  }
  const parsed = schema.safeParse(Object.fromEntries([...given].map(([name, { value }]) => [name, value])));
  if (parsed.success) return parsed.data;
  const faults = parsed.error.issues.map(({ path, message }) => {
    const name = String(path[0]);
    const set = given.get(name);
    const shown = set && !SECRETS.has(name) && !set.value.includes('@');
    return `${set?.as ?? name} ${message}${shown ? ` (it is ${JSON.stringify(set.value)})` : ''}`;
  });
  throw new Error(`Wrong settings: ${[...new Set(faults)].join('; ')}.`);
}

let known: Environment | undefined;

/** The environment of this process, after `.env` of the working folder; what the process was given wins. */
export function env(): Environment {
  known ??= parseEnvironment(processEnvironment());
  return known;
}

function processEnvironment(): NodeJS.ProcessEnv {
  try {
    // Node has it from 20.12 on; before that the file is not read.
    process.loadEnvFile?.('.env');
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error;
  }
  return process.env;
}
