import { randomBytes, type ScryptOptions, scrypt, timingSafeEqual } from 'node:crypto';
import { AppError, type FieldError } from '@/lib/errors';
import { PASSWORD_COST as COST } from './password-cost';

const KEY_BYTES = 32;
const SALT_BYTES = 16;
const MAX_MEMORY_BYTES = 64 * 1024 * 1024;

const MIN_LENGTH = 8;
const MAX_LENGTH = 200;
/** The head of every list of leaked passwords, as far as it is long enough to get here. */
const COMMON = new Set(
  [
    '12345678 123456789 1234567890 password password1 password12 password123 passw0rd p@ssw0rd qwertyui',
    'qwertyuiop qwerty123 qwerty12345 1q2w3e4r 1q2w3e4r5t 1qaz2wsx q1w2e3r4 iloveyou iloveyou1 princess',
    'sunshine football baseball superman starwars trustno1 letmein1 welcome1 welcome123 admin123 admin1234',
    'administrator changeme changeme1 abcd1234 abc12345 abcdefgh asdfghjk asdfghjkl zxcvbnm1 11111111',
    '00000000 88888888 87654321 987654321 12341234 11223344 12344321 michelle jennifer computer internet',
    'whatever samantha corvette mercedes ferrari1 motorsport racecar1 pitwall1 pitwall123',
  ]
    .join(' ')
    .split(' '),
);

/** Two at once: more would only take the memory and processor that viewers need. */
const AT_ONCE = 2;
const WAITING_MAX = 60;
let running = 0;
const waiting: (() => void)[] = [];

/** Why a password will not do, as the fault of `field`; null = it will. */
export function passwordFault(password: string, username: string, field: string): FieldError | null {
  const fault = (message: string): FieldError => ({ field, message });
  const letters = [...password.normalize('NFC')];
  if (letters.length < MIN_LENGTH) return fault(`must have at least ${MIN_LENGTH} characters`);
  if (letters.length > MAX_LENGTH) return fault(`must have at most ${MAX_LENGTH} characters`);
  const lower = password.toLowerCase();
  if (COMMON.has(lower) || new Set(letters).size < 4) return fault('is one of the first that anybody tries');
  if (lower === username.toLowerCase()) return fault('must not be the name');
  return null;
}

/** Throws an AppError `weak_password` (422) that names `field`. */
export function checkPassword(password: string, username: string, field: string): void {
  const fault = passwordFault(password, username, field);
  if (fault) throw new AppError('weak_password', 422, `The password ${fault.message}.`, [fault]);
}

/** `scrypt$N$r$p$salt$key`, base64url. Throws an AppError `busy` (503) when too many wait. */
export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(SALT_BYTES);
  const key = await derive(password, salt, COST);
  return ['scrypt', COST.N, COST.r, COST.p, salt.toString('base64url'), key.toString('base64url')].join('$');
}

/** Whether the password is the one of the hash. A null hash (no such account) takes as long, and is false. */
export async function verifyPassword(password: string, hash: string | null): Promise<boolean> {
  const [, n, r, p, salt, key] = (hash ?? NO_ACCOUNT).split('$');
  const expected = Buffer.from(key ?? '', 'base64url');
  const cost = { N: Number(n), r: Number(r), p: Number(p) };
  const found = await derive(password, Buffer.from(salt ?? '', 'base64url'), cost);
  const same = expected.length === found.length && timingSafeEqual(expected, found);
  return same && hash !== null;
}

/** The hash of nobody's password. */
const NO_ACCOUNT = ['scrypt', COST.N, COST.r, COST.p, 'A'.repeat(22), 'A'.repeat(43)].join('$');

async function derive(password: string, salt: Buffer, cost: ScryptOptions): Promise<Buffer> {
  await turn();
  try {
    return await new Promise((resolve, reject) =>
      scrypt(
        password.normalize('NFC'),
        salt,
        KEY_BYTES,
        { ...cost, maxmem: MAX_MEMORY_BYTES },
        (error, key) => (error ? reject(error) : resolve(key)),
      ),
    );
  } finally {
    running -= 1;
    waiting.shift()?.();
  }
}

async function turn(): Promise<void> {
  if (running >= AT_ONCE) {
    if (waiting.length >= WAITING_MAX)
      throw new AppError('busy', 503, 'Too many people log in just now. Try again in a moment.', [], {
        retryAfterS: 5,
      });
    await new Promise<void>((go) => waiting.push(go));
  }
  running += 1;
}
