export type LogLevel = 'debug' | 'info' | 'warn' | 'error';
export type LogFields = Record<string, unknown>;

const LEVELS: readonly LogLevel[] = ['debug', 'info', 'warn', 'error'];

export type Log = Record<LogLevel, (event: string, fields?: LogFields) => void>;

/**
 * One line per event on stderr: for people on a terminal, JSON elsewhere. `event` is a short sentence without
 * values; the values are fields. An Error as a field shows its message, and on level error its stack.
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
      const shown = Object.entries(fields).map(([name, value]) => [name, plain(value, level)] as const);
      const time = now().toISOString();
      if (human) {
        const values = shown.map(([name, value]) => `${name}=${JSON.stringify(value)}`);
        write([time.slice(11, 23), level.padEnd(5), event, ...values].join(' '));
      } else {
        write(JSON.stringify({ time, level, event, ...Object.fromEntries(shown) }));
      }
    };
  return { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') };
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
