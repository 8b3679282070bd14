import type { Actor } from '@/lib/auth/actor';
import type { Action } from '@/lib/auth/permissions';
import type { Db } from '@/lib/db/client';
import { insertLog, type NewLog } from '@/lib/db/logs';
import type { ServiceContext } from './context';

export type AuditEntry = {
  action: Action | 'log.retention';
  /** What was changed; its name as it is now, since it may be gone when somebody reads this. */
  target?: { noun: string; id?: string | number | null; name?: string | null };
  /** What is worth knowing of the change: never a password, token or key. */
  details?: Record<string, unknown>;
};

const MAX_TEXT = 500;

/** Keeps who did what, from where. `tx` is the transaction of the change itself: both happen or neither. */
export async function audit(tx: Db, ctx: Pick<ServiceContext, 'caller'>, entry: AuditEntry): Promise<void> {
  const { caller } = ctx;
  await insertLog(tx, {
    ...actorColumns(caller.actor),
    action: entry.action,
    target: entry.target?.noun ?? null,
    targetId: entry.target?.id == null ? null : String(entry.target.id),
    targetName: plain(entry.target?.name),
    details: entry.details ?? {},
    ip: caller.ip,
    country: caller.country,
    userAgent: plain(caller.userAgent),
    requestId: caller.requestId,
  });
}

function actorColumns(actor: Actor): Pick<NewLog, 'actor' | 'userId' | 'username' | 'keyId' | 'keyName'> {
  const account = 'userId' in actor ? actor : null;
  const key = actor.kind === 'key' ? actor : null;
  return {
    actor: actor.kind,
    userId: account?.userId ?? null,
    username: account?.username ?? null,
    keyId: key?.keyId ?? null,
    keyName: key?.keyName ?? null,
  };
}

/** What a text column takes: no U+0000, and no more than a page can show. */
function plain(text: string | null | undefined): string | null {
  return text == null ? null : text.replace(/[\0\p{Surrogate}]/gu, '').slice(0, MAX_TEXT);
}
