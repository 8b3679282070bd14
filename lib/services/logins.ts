import { tellRevocation } from '@/lib/auth/revocation';
import type { TokenItem } from '@/lib/contracts/people';
import { inTransaction } from '@/lib/db/client';
import * as store from '@/lib/db/logins';
import { notFound } from '@/lib/errors';
import { personOf } from './accounts';
import { audit } from './audit';
import { isoOf } from './instants';
import { verb } from './verb';

/** The own account's logins that count. */
export const listTokens = verb('token.list', async (ctx, _: undefined) => {
  const person = personOf(ctx);
  const rows = await store.loginsOf(ctx.db, person.userId);
  const items: TokenItem[] = rows.map((row) => ({
    id: row.jti,
    current: person.kind === 'user' && row.jti === person.jti,
    browser: row.browser,
    created_at: isoOf(row.createdAt),
    expires_at: isoOf(row.expiresAt),
    ip: row.ip,
    user_agent: row.userAgent,
  }));
  return { items, total: items.length, next: null };
});

/** Ends one of the own account's logins. */
export const revokeToken = verb('token.revoke', async (ctx, jti: string): Promise<void> => {
  const { userId } = personOf(ctx);
  await inTransaction(ctx.db, async (tx) => {
    if (!(await store.revokeLogin(tx, userId, jti))) throw notFound(`login ${jti} of this account`);
    await audit(tx, ctx, { action: 'token.revoke', target: { noun: 'token', id: jti } });
  });
  tellRevocation(ctx.bus, { jti });
});
