'use client';

import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { sendJson } from '@/components/hooks/api';
import { useFaults } from '@/components/hooks/use-faults';
import { Dialog } from '@/components/ui/dialog';
import { DialogForm } from '@/components/ui/dialog-form';
import { Field } from '@/components/ui/field';
import type { DeviceItem } from '@/lib/contracts/devices';

type DeviceDialogProps = { device: DeviceItem; onDone(): void; onClose(): void };

/** A device's name, and to whom it belongs. Mount it to ask. */
export function DeviceDialog({ device, onDone, onClose }: DeviceDialogProps) {
  const [name, setName] = useState(device.name);
  const [owner, setOwner] = useState(device.owner?.username ?? '');
  const changes = {
    ...(name.trim() !== device.name && { name }),
    ...(owner.trim() !== (device.owner?.username ?? '') && { owner_username: owner.trim() }),
  };
  const isWhole = name.trim() !== '' && Object.keys(changes).length > 0;
  const save = useMutation({
    mutationFn: () => sendJson('PATCH', `/api/v1/devices/${device.id}`, changes),
    onSuccess: onDone,
  });
  const faults = useFaults(save.error, ['name', 'owner_username']);
  return (
    <Dialog title="Change the device" isOpen onOpenChange={(open) => !open && onClose()}>
      <DialogForm
        faults={faults}
        kept="The device stays as it was."
        submit="Save"
        isReady={isWhole && !save.isPending}
        onSubmit={() => save.mutate()}
        onClose={onClose}
      >
        <Field
          label="Name"
          name="name"
          autoComplete="off"
          value={name}
          onChange={setName}
          fault={faults.of('name')}
          maxLength={150}
          isRequired
          autoFocus
        />
        <Field
          label="Owner"
          name="owner_username"
          autoComplete="off"
          value={owner}
          onChange={setOwner}
          fault={faults.of('owner_username')}
          hint="The name of an account; left empty, all share the device. Only its owner and level 2 and above open sessions on it."
        />
      </DialogForm>
    </Dialog>
  );
}
