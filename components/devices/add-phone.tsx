'use client';

import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { sendJson } from '@/components/hooks/api';
import { useFaults } from '@/components/hooks/use-faults';
import { Dialog } from '@/components/ui/dialog';
import { DialogForm } from '@/components/ui/dialog-form';
import { Field } from '@/components/ui/field';
import type { DeviceKeyCreated } from '@/lib/contracts/device-keys';
import { PhoneAddress, type Reach } from './phone-address';

/** Makes a device for a phone, and shows its address this once. Mount it to ask. */
export function AddPhone({ reach, onMade, onClose }: { reach: Reach; onMade(): void; onClose(): void }) {
  const [name, setName] = useState('');
  const make = useMutation({
    mutationFn: () => sendJson<DeviceKeyCreated>('POST', '/api/v1/devices', { name }),
    onSuccess: onMade,
  });
  const faults = useFaults(make.error, ['name']);
  return (
    <Dialog
      title={make.data ? `The address for ${name.trim()}` : 'Add a phone'}
      // Once it is there a click beside it must not take it away.
      role={make.data ? 'alertdialog' : 'dialog'}
      isOpen
      onOpenChange={(open) => !open && onClose()}
    >
      {make.data ? (
        <PhoneAddress made={make.data} reach={reach} onClose={onClose} />
      ) : (
        <DialogForm
          faults={faults}
          kept="No device was made."
          submit="Make its address"
          isReady={name.trim() !== '' && !make.isPending}
          onSubmit={() => make.mutate()}
          onClose={onClose}
        >
          <Field
            label="Name"
            name="name"
            value={name}
            onChange={setName}
            fault={faults.of('name')}
            hint="What carries it, such as: phone in car 7."
            maxLength={150}
            autoComplete="off"
            isRequired
            autoFocus
          />
        </DialogForm>
      )}
    </Dialog>
  );
}
