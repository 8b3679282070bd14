'use client';

import { sendJson } from '@/components/hooks/api';
import { ConfirmDialog } from '@/components/ui/confirm-dialog';
import type { UserItem } from '@/lib/contracts/people';

type EndingProps = { user: UserItem; onDone(): void; onClose(): void };

export function DeactivateDialog({ user, onDone, onClose }: EndingProps) {
  return (
    <ConfirmDialog
      title={`Deactivate ${user.username}?`}
      action="Deactivate"
      keep="Leave it active"
      kept="The account stays active."
      run={() => sendJson('PATCH', `/api/v1/users/${user.id}`, { level: 0 })}
      onDone={onDone}
      onClose={onClose}
    >
      <p>
        Its logins end now and its keys are refused. Nothing that it made is touched. It can be activated
        again, then as regular (level 1).
      </p>
    </ConfirmDialog>
  );
}

export function DeleteUserDialog({ user, onDone, onClose }: EndingProps) {
  return (
    <ConfirmDialog
      title={`Delete ${user.username}?`}
      action="Delete"
      keep="Keep it"
      kept="Nothing was deleted."
      run={() => sendJson('DELETE', `/api/v1/users/${user.id}`)}
      onDone={onDone}
      onClose={onClose}
    >
      <p>
        The account goes with its logins and keys, for good. Its sessions, tracks and devices stay and belong
        to nobody then; the audit log keeps what it did under its name. To shut it out for a while, deactivate
        it instead.
      </p>
    </ConfirmDialog>
  );
}
