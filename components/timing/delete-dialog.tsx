'use client';

import { useMutation } from '@tanstack/react-query';
import { useRouter } from 'next/navigation';
import { formatPlural } from '@/components/format';
import { sendJson } from '@/components/hooks/api';
import { Button } from '@/components/ui/button';
import { Dialog } from '@/components/ui/dialog';
import { Failure } from '@/components/ui/failure';
import type { SessionDetail } from '@/lib/contracts/sessions';

type DeleteDialogProps = { session: SessionDetail; isOpen: boolean; onClose(): void };

export function DeleteDialog({ session, isOpen, onClose }: DeleteDialogProps) {
  const router = useRouter();
  const remove = useMutation({
    mutationFn: () => sendJson('DELETE', `/api/v1/sessions/${session.id}`),
    onSuccess: () => {
      router.push('/sessions');
      router.refresh();
    },
  });
  const laps = session.entries.reduce((sum, entry) => sum + entry.laps, 0);
  return (
    <Dialog
      title="Delete this session?"
      role="alertdialog"
      isOpen={isOpen}
      onOpenChange={(open) => !open && onClose()}
    >
      <p className="mb-4 text-sm text-soft">
        {session.name} goes with its {formatPlural(laps, 'lap')} and the positions that its files brought. The
        files on your own disk stay, and they can be imported again.
      </p>
      <Failure error={remove.error} kept="Nothing was deleted." />
      <div className="mt-4 flex justify-end gap-2">
        <Button onPress={onClose} autoFocus>
          Keep it
        </Button>
        <Button
          look="danger"
          onPress={() => remove.mutate()}
          isDisabled={remove.isPending || remove.isSuccess}
        >
          Delete
        </Button>
      </div>
    </Dialog>
  );
}
