export type LogLevel = 'debug' | 'info' | 'warn' | 'error';
export type LogFields = Record<string, unknown>;

const LEVELS: readonly LogLevel[] = ['debug', 'info', 'warn', 'error'];

export type Log = Record<LogLevel, (event: string, fields?: LogFields) => void>;

const HIDDEN = '[hidden]';

/** Fields whose value is a secret whatever it is. */
const SECRET_FIELD =
  /^(proxy-)?authorization$|^(set-)?cookies?$|password|secret|^(access_?|refresh_?|setup_?)?token$|^api_?key$/i;

const SECRET_QUERY = /key|token|passw|secret|jwt/i;

/**
 * A text without the secrets that it may carry: what follows Bearer and Basic, the password of a URL, and the values
 * of a query whose names speak of keys, tokens, passwords or secrets.
 */
export function withoutSecrets(text: string): string {
  return text
    .replace(/\b(Bearer|Basic)\s+[\w.~+/=-]+/gi, `$1 ${HIDDEN}`)
    .replace(/\b([a-z+]{2,20}:\/\/[^\s/:@?#]*):[^\s/@]+@/gi, `$1:${HIDDEN}@`)
    .replace(/([?&])([^=?&#\s]+)=([^&#\s"'\\]+)/g, (pair, mark, name) =>
      SECRET_QUERY.test(name) ? `${mark}${name}=${HIDDEN}` : pair,
    );
}

/**
 * One line per event on stderr: for people on a terminal, JSON elsewhere. `event` is a short sentence without
 * values; the values are fields. An Error as a field shows its message, and on level error its stack. Secrets are
 * hidden, however deep they lie.
 */
export function createLog(options: {
  write: (line: string) => void;
  human: boolean;
  now: () => Date;
  from?: LogLevel;
}): Log {
  const { write, human, now, from = 'info' } = options;
  const at =
    (level: LogLevel) =>
    (event: string, fields: LogFields = {}): void => {
      if (LEVELS.indexOf(level) < LEVELS.indexOf(from)) return;
      const shown = Object.entries(fields).map(
        ([name, value]) => [name, SECRET_FIELD.test(name) ? HIDDEN : value] as const,
      );
      const time = now().toISOString();
      if (human) {
        const values = shown.map(([name, value]) => `${name}=${JSON.stringify(value, hide(level))}`);
        write([time.slice(11, 23), level.padEnd(5), withoutSecrets(event), ...values].join(' '));
      } else {
        write(JSON.stringify({ time, level, event, ...Object.fromEntries(shown) }, hide(level)));
      }
    };
  return { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') };
}

/** For JSON.stringify: hides secrets, and makes plain what JSON does not know. */
function hide(level: LogLevel): (name: string, value: unknown) => unknown {
  return (name, value) => {
    if (SECRET_FIELD.test(name)) return HIDDEN;
    const shown = plain(value, level);
    return typeof shown === 'string' ? withoutSecrets(shown) : shown;
  };
}

function plain(value: unknown, level: LogLevel): unknown {
  if (value instanceof Error) return level === 'error' ? (value.stack ?? value.message) : value.message;
  return typeof value === 'bigint' ? String(value) : value;
}

export const log = createLog({
  write: (line) => process.stderr.write(`${line}\n`),
  human: process.stderr.isTTY === true,
  now: () => new Date(),
});
