import type { SessionRights } from '@/components/timing/session-actions';
import type { SessionDetail } from '@/lib/contracts/sessions';
import type { ServiceContext } from '@/lib/services/context';
import { mayWith } from '@/lib/services/rights';

/** What the viewer may do with a session: with the own one more than with another's. */
export function sessionRights(ctx: ServiceContext, { owner }: SessionDetail): SessionRights {
  const ownerId = owner?.id ?? null;
  return {
    update: mayWith(ctx, 'session.update', ownerId),
    reprocess: mayWith(ctx, 'session.reprocess', ownerId),
    remove: mayWith(ctx, 'session.delete', ownerId),
    import: mayWith(ctx, 'import.create', null),
  };
}
