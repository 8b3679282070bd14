import { z } from 'zod';

const LOOPBACK = new Set(['127.0.0.1', '::1', 'localhost']);

const schema = z.object({
  /** The address to listen on. */
  HOST: z
    .string()
    .default('127.0.0.1')
    .refine((host) => LOOPBACK.has(host), {
      error:
        'must be 127.0.0.1, ::1 or localhost: this release has no accounts yet, so only this machine may reach it',
    }),
  /** 0 takes a free one. */
  PORT: z.coerce
    .number('must be a port number from 0 to 65535')
    .int('must be a port number from 0 to 65535')
    .min(0, 'must be a port number from 0 to 65535')
    .max(65_535, 'must be a port number from 0 to 65535')
    .default(3000),
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
    .refine((url) => /^https?:\/\//.test(url) && ['{z}', '{x}', '{y}'].every((part) => url.includes(part)), {
      error: 'must be an http(s) URL with {z}, {x} and {y}',
    })
    .optional(),
});

/** Everything that the environment sets. A variable that is absent or empty takes its default. */
export type Environment = z.infer<typeof schema>;

/** Other names of a variable, from the systems that this one replaces; the own name wins. */
const ALIASES: Record<string, readonly string[]> = { PORT: ['API_PORT'] };

/** Reads the environment. Throws an Error with one clear line that names every wrong variable. */
export function parseEnvironment(source: Record<string, string | undefined>): Environment {
  const given: Record<string, string> = {};
  for (const name of Object.keys(schema.shape)) {
    const value = [name, ...(ALIASES[name] ?? [])].map((key) => source[key]?.trim()).find((text) => text);
    if (value) given[name] = value;
  }
  const parsed = schema.safeParse(given);
  if (!parsed.success) {
    const faults = parsed.error.issues.map(({ path, message }) => {
      const name = String(path[0]);
      return `${name} ${message}${name === 'DATABASE_URL' ? '' : ` (it is "${given[name]}")`}`;
    });
    throw new Error(`Wrong settings: ${faults.join('; ')}.`);
  }
  return parsed.data;
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
