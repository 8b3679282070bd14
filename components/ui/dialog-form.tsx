'use client';

import type { FormEvent, ReactNode } from 'react';
import type { Faults } from '@/components/hooks/use-faults';
import { Button } from './button';
import { Failure } from './failure';

type DialogFormProps = {
  faults: Faults;
  /** What was not lost when it fails. */
  kept: string;
  /** What the button that sends it says. */
  submit: string;
  /** Whether it may be sent now: it is whole, and not on its way already. */
  isReady: boolean;
  onSubmit(): void;
  onClose(): void;
  /** The fields. */
  children: ReactNode;
};

/** The form of a dialog: its fields, what went wrong, and the two ways out. */
export function DialogForm(props: DialogFormProps) {
  const { faults, kept, submit, isReady, onSubmit, onClose, children } = props;
  const send = (event: FormEvent) => {
    event.preventDefault();
    if (isReady) onSubmit();
  };
  return (
    <form ref={faults.formRef} noValidate onSubmit={send} className="flex flex-col gap-4" autoComplete="off">
      {children}
      <Failure error={faults.rest} kept={kept} />
      <div className="flex justify-end gap-2">
        <Button onPress={onClose}>Cancel</Button>
        <Button look="primary" type="submit" isDisabled={!isReady}>
          {submit}
        </Button>
      </div>
    </form>
  );
}
