import { tellRevocation } from '@/lib/auth/revocation';
import { apiKeyHash, apiKeyPrefix, newApiKey } from '@/lib/auth/tokens';
import type { KeyCreate, KeyCreated, KeyItem } from '@/lib/contracts/people';
import { inTransaction } from '@/lib/db/client';
import { lockUntilEnd } from '@/lib/db/locks';
import * as store from '@/lib/db/logins';
import { AppError, notFound } from '@/lib/errors';
import { personOf } from './accounts';
import { audit } from './audit';
import { isoOf } from './instants';
import { verb } from './verb';

/** More keys that count are not one person's programs any more. */
const MAX_KEYS = 50;

/** The own account's keys, with those that were revoked. */
export const listKeys = verb('key.list', async (ctx, _: undefined) => {
  const items = (await store.keysOf(ctx.db, personOf(ctx).userId)).map(keyItemOf);
  return { items, total: items.length, next: null };
});

function keyItemOf(row: store.KeyRow): KeyItem {
  return {
    id: row.id,
    name: row.name,
    prefix: row.prefix,
    scopes: row.scopes,
    created_at: isoOf(row.createdAt),
    expires_at: isoOrNull(row.expiresAt),
    last_used_at: isoOrNull(row.lastUsedAt),
    revoked_at: isoOrNull(row.revokedAt),
  };
}

const isoOrNull = (text: string | null): string | null => (text === null ? null : isoOf(text));

/** Makes a key. It is in this answer only; what is stored does not give it back. */
export const createKey = verb('key.create', async (ctx, input: KeyCreate): Promise<KeyCreated> => {
  const { userId } = personOf(ctx);
  const expiresAt = input.expires_at ?? null;
  if (expiresAt !== null && Date.parse(expiresAt) <= Date.now())
    throw new AppError('bad_request', 400, 'expires_at: lies in the past.', [
      { field: 'expires_at', message: 'lies in the past' },
    ]);
  const key = newApiKey();
  const scopes = [...new Set(input.scopes)];
  const row = await inTransaction(ctx.db, async (tx) => {
    await lockUntilEnd(tx, `keys of ${userId}`);
    const counting = (await store.keysOf(tx, userId)).filter((known) => known.revokedAt === null);
    if (counting.length >= MAX_KEYS)
      throw new AppError('too_many_keys', 409, `This account has ${MAX_KEYS} keys. Revoke one first.`);
    const facts = { userId, name: input.name, scopes, expiresAt };
    const made = await store.insertKey(tx, { ...facts, hash: apiKeyHash(key), prefix: apiKeyPrefix(key) });
    await audit(tx, ctx, {
      action: 'key.create',
      target: { noun: 'key', id: made.id, name: made.name },
      details: { scopes, expires_at: expiresAt },
    });
    return made;
  });
  return { ...keyItemOf(row), key };
});

/** Ends one of the own account's keys. */
export const revokeKey = verb('key.revoke', async (ctx, id: number): Promise<void> => {
  const { userId } = personOf(ctx);
  await inTransaction(ctx.db, async (tx) => {
    const row = await store.revokeKey(tx, userId, id);
    if (!row) throw notFound(`key ${id} of this account`);
    await audit(tx, ctx, { action: 'key.revoke', target: { noun: 'key', id, name: row.name } });
  });
  tellRevocation(ctx.bus, { keyId: id });
});
