/** PostgreSQL's wire protocol, version 3, as far as a server in front of one backend needs it. */

export const SSL_REQUEST = 80_877_103;
export const GSS_REQUEST = 80_877_104;
export const CANCEL_REQUEST = 80_877_102;

const NUL = Buffer.from([0]);

export const code = (letter: string): number => letter.charCodeAt(0);

/** Messages after which the backend may start to work. The others only prepare one of these. */
const SYNC_POINTS = new Set(['S', 'Q', 'H', 'F', 'X', 'd', 'c', 'f'].map(code));

export const isSyncPoint = (message: Buffer): boolean => SYNC_POINTS.has(message[0] ?? 0);

export const isCopyMessage = (type: number): boolean =>
  type === code('d') || type === code('c') || type === code('f');

/** One message: a type letter, its length, its body. */
export function message(type: string, ...body: Buffer[]): Buffer {
  const head = Buffer.alloc(5);
  head[0] = code(type);
  head.writeInt32BE(4 + body.reduce((sum, part) => sum + part.length, 0), 1);
  return Buffer.concat([head, ...body]);
}

export const simpleQuery = (sql: string): Buffer => message('Q', Buffer.from(sql), NUL);

export const closeStatement = (name: Buffer): Buffer => message('C', Buffer.from('S'), name, NUL);

/** ErrorResponse with severity FATAL: the connection ends after it. */
export const fatal = (sqlState: string, text: string): Buffer =>
  message('E', Buffer.from(`SFATAL\0VFATAL\0C${sqlState}\0M${text}\0`), NUL);

/** The start-up packet of a client; it alone has no type letter. */
export function startupPacket(user = 'postgres', database = 'postgres'): Buffer {
  const body = Buffer.from(`\0\0\0\0\0\x03\0\0user\0${user}\0database\0${database}\0\0`, 'latin1');
  body.writeInt32BE(body.length, 0);
  return body;
}

/** Walks over the whole messages of a server's answer. */
export function* messagesOf(bytes: Buffer): Generator<{ type: number; from: number; to: number }> {
  for (let from = 0; from + 5 <= bytes.length; ) {
    const to = from + 1 + bytes.readInt32BE(from + 1);
    yield { type: bytes[from] ?? 0, from, to };
    from = to;
  }
}

/** The text of the first ErrorResponse in an answer, or null. */
export function errorIn(bytes: Buffer): string | null {
  for (const { type, from, to } of messagesOf(bytes)) {
    if (type !== code('E')) continue;
    const fields = bytes.toString('utf8', from + 5, to).split('\0');
    return fields.find((field) => field.startsWith('M'))?.slice(1) ?? 'unknown error';
  }
  return null;
}

const COPY_FROM_STDIN = /^(?:\s|--[^\n]*\n|\/\*[\s\S]*?\*\/)*copy\s[\s\S]*\sfrom\s+stdin/i;

/** Whether a Query or Parse message asks for COPY … FROM STDIN, which PGlite must get in one piece. */
export function isCopyFromStdin(m: Buffer): boolean {
  return COPY_FROM_STDIN.test(statementOf(m).slice(0, 4096));
}

/** The SQL of a Query or Parse message, else ''. */
export function statementOf(m: Buffer): string {
  if (m[0] === code('Q')) return m.toString('utf8', 5, m.length - 1);
  if (m[0] !== code('P')) return '';
  const from = m.indexOf(0, 5) + 1;
  return m.toString('utf8', from, Math.max(from, m.indexOf(0, from)));
}

/**
 * PGlite dies of a COPY FROM STDIN in the extended protocol. A statement that raises an error in its place is
 * answered by the backend itself, so the client's protocol state stays right.
 */
export function refuseExtendedCopy(parse: Buffer): Buffer {
  const name = parse.subarray(5, parse.indexOf(0, 5) + 1);
  const refusal = `DO $$ BEGIN RAISE EXCEPTION USING ERRCODE = '0A000', MESSAGE =
    'the embedded database takes COPY FROM STDIN in the simple query protocol only'; END $$`;
  return message('P', name, Buffer.from(refusal), NUL, Buffer.from([0, 0]));
}
