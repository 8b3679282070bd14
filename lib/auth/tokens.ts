import { createHash, createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { jwtVerify, SignJWT } from 'jose';

/** A login lasts this long; nothing prolongs it. */
export const LOGIN_LASTS_S = 12 * 3600;

const ISSUER = 'pitwall';
const ALGORITHM = 'HS256';
const KEY_START = 'pw_';

/** What a login token says; the rest stands in the database. */
export type TokenClaims = { userId: number; jti: string; expiresAtS: number };

export type TokenSigner = {
  sign(claims: TokenClaims): Promise<string>;
  /** The claims of a token that this server signed and that has not ended, else null. */
  verify(token: string): Promise<TokenClaims | null>;
};

/** Signs and reads login tokens: the same for cookies, bearers and WebSocket handshakes. */
export function tokenSigner(secret: string): TokenSigner {
  // A key of its own: whatever else the secret is used for cannot make tokens.
  const key = createHmac('sha256', secret).update('login tokens').digest();
  return {
    sign: ({ userId, jti, expiresAtS }) =>
      new SignJWT()
        .setProtectedHeader({ alg: ALGORITHM })
        .setIssuer(ISSUER)
        .setSubject(String(userId))
        .setJti(jti)
        .setIssuedAt()
        .setExpirationTime(expiresAtS)
        .sign(key),
    async verify(token) {
      try {
        const { payload } = await jwtVerify(token, key, {
          algorithms: [ALGORITHM],
          issuer: ISSUER,
          requiredClaims: ['sub', 'jti', 'exp'],
        });
        const { sub = '', jti = '', exp = 0 } = payload;
        return /^\d{1,10}$/.test(sub) && UUID.test(jti)
          ? { userId: Number(sub), jti, expiresAtS: exp }
          : null;
      } catch {
        return null;
      }
    },
  };
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** A new API key: 32 random bytes after a mark by which people and scanners know it. */
export const newApiKey = (): string => `${KEY_START}${randomBytes(32).toString('base64url')}`;

export const looksLikeApiKey = (text: string): boolean => text.startsWith(KEY_START);

/** What of a key is stored. Its 256 random bits need no slow hash. */
export const apiKeyHash = (key: string): string => createHash('sha256').update(key).digest('hex');

/** What a key is known by on pages. */
export const apiKeyPrefix = (key: string): string => key.slice(0, KEY_START.length + 6);

const DEVICE_KEY_START = 'pwd_';

/** A new key of a device, for senders that can only put it into their address. */
export const newDeviceKey = (): string => `${DEVICE_KEY_START}${randomBytes(32).toString('base64url')}`;

/** What of a device key is stored. */
export const deviceKeyHash = (key: string): string => apiKeyHash(key);

/** What a device key is known by on pages. */
export const deviceKeyPrefix = (key: string): string => key.slice(0, DEVICE_KEY_START.length + 6);

/** Whether two secrets are equal, in a time that does not tell where they differ. */
export function sameSecret(a: string, b: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(a), digest(b));
}
