'use client';

import { useMutation } from '@tanstack/react-query';
import { useRouter } from 'next/navigation';
import { type FormEvent, useState } from 'react';
import { Input, Label, TextField } from 'react-aria-components/TextField';
import { sendJson } from '@/components/hooks/api';
import { Button } from '@/components/ui/button';
import { Dialog } from '@/components/ui/dialog';
import { Failure } from '@/components/ui/failure';
import type { SessionDetail } from '@/lib/contracts/sessions';

type RenameDialogProps = { session: SessionDetail; isOpen: boolean; onClose(): void };

export function RenameDialog({ session, isOpen, onClose }: RenameDialogProps) {
  const [name, setName] = useState(session.name);
  const router = useRouter();
  const rename = useMutation({
    mutationFn: () => sendJson('PATCH', `/api/v1/sessions/${session.id}`, { name: name.trim() }),
    onSuccess: () => {
      onClose();
      router.refresh();
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    rename.mutate();
  };
  return (
    <Dialog title="Rename the session" isOpen={isOpen} onOpenChange={(open) => !open && onClose()}>
      <form onSubmit={submit} className="flex flex-col gap-4">
        <TextField
          value={name}
          onChange={setName}
          isRequired
          maxLength={150}
          autoFocus
          className="flex flex-col gap-1"
        >
          <Label className="text-sm text-soft">Name</Label>
          <Input className="target h-8 rounded-md border border-edge bg-page px-2" />
        </TextField>
        <Failure error={rename.error} kept="The session keeps its name." />
        <div className="flex justify-end gap-2">
          <Button onPress={onClose}>Cancel</Button>
          <Button look="primary" type="submit" isDisabled={name.trim() === '' || rename.isPending}>
            Rename
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
