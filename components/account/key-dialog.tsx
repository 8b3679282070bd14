'use client';

import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { Checkbox, CheckboxGroup, Label } from 'react-aria-components/CheckboxGroup';
import { sendJson } from '@/components/hooks/api';
import { useFaults } from '@/components/hooks/use-faults';
import { Button } from '@/components/ui/button';
import { CheckBox } from '@/components/ui/check-box';
import { CopyLines } from '@/components/ui/copy-lines';
import { Dialog } from '@/components/ui/dialog';
import { DialogForm } from '@/components/ui/dialog-form';
import { Field } from '@/components/ui/field';
import { Select } from '@/components/ui/select';
import type { KeyCreate, KeyCreated } from '@/lib/contracts/people';
import { EXPIRIES, type Expiry, expiryInstant, SCOPES } from './scopes';

/** Makes a key for a program, and shows it this once. Mount it to ask. */
export function KeyDialog({ onMade, onClose }: { onMade(): void; onClose(): void }) {
  const make = useMutation({
    mutationFn: (wanted: KeyCreate) => sendJson<KeyCreated>('POST', '/api/v1/me/keys', wanted),
    onSuccess: onMade,
  });
  const made = make.data;
  return (
    <Dialog
      title={made ? `The key ${made.name}` : 'A key for a program'}
      // Once it is there a click beside it must not take it away.
      role={made ? 'alertdialog' : 'dialog'}
      isOpen
      onOpenChange={(open) => !open && onClose()}
    >
      {made ? (
        <div className="flex flex-col gap-4 text-sm">
          <p>Copy it now: you will not see it again.</p>
          <CopyLines label="The key" text={made.key} />
          <div className="flex justify-end">
            <Button look="primary" onPress={onClose}>
              I have it
            </Button>
          </div>
        </div>
      ) : (
        <KeyForm
          error={make.error}
          isBusy={make.isPending}
          onMake={(wanted) => make.mutate(wanted)}
          onClose={onClose}
        />
      )}
    </Dialog>
  );
}

type KeyFormProps = {
  error: Error | null;
  isBusy: boolean;
  onMake(wanted: KeyCreate): void;
  onClose(): void;
};

function KeyForm({ error, isBusy, onMake, onClose }: KeyFormProps) {
  const [name, setName] = useState('');
  const [chosen, setChosen] = useState<string[]>(['read']);
  const [expiry, setExpiry] = useState<Expiry>('90');
  const faults = useFaults(error, ['name']);
  const scopes = SCOPES.flatMap(({ value }) => (chosen.includes(value) ? [value] : []));
  const isWhole = name.trim() !== '' && scopes.length > 0;
  return (
    <DialogForm
      faults={faults}
      kept="No key was made."
      submit="Make the key"
      isReady={isWhole && !isBusy}
      onSubmit={() => onMake({ name, scopes, expires_at: expiryInstant(expiry, Date.now()) })}
      onClose={onClose}
    >
      <Field
        label="Name"
        name="name"
        value={name}
        onChange={setName}
        fault={faults.of('name')}
        hint="What uses it, such as: logger in the van."
        maxLength={100}
        autoComplete="off"
        isRequired
        autoFocus
      />
      <CheckboxGroup value={chosen} onChange={setChosen} className="flex flex-col gap-2">
        <Label className="text-sm text-soft">What it may be used for</Label>
        {SCOPES.map(({ value, words, what }) => (
          <Checkbox key={value} value={value} className="group flex items-start gap-2 text-sm">
            <CheckBox />
            <span>
              {words} <span className="block text-soft">{what}</span>
            </span>
          </Checkbox>
        ))}
      </CheckboxGroup>
      <Select
        label="Ends after"
        withLabel
        value={expiry}
        options={EXPIRIES}
        onChange={(value) => setExpiry(value)}
      />
    </DialogForm>
  );
}
