'use client';

import { useMutation } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import { Button } from './button';
import { Dialog } from './dialog';
import { Failure } from './failure';
import { Field } from './field';

type ConfirmDialogProps = {
  title: string;
  /** What happens, and what stays. */
  children: ReactNode;
  /** The words of the button that does it, and of the one that does not. */
  action: string;
  keep: string;
  /** What is still so when it fails. */
  kept: string;
  /** A word to be typed first, where a slip of the finger would be too dear. */
  typed?: string;
  run(): Promise<unknown>;
  onDone(): void;
  onClose(): void;
};

/** A question before something that cannot be taken back. Mount it to ask. */
export function ConfirmDialog(props: ConfirmDialogProps) {
  const { title, children, action, keep, kept, typed, run, onDone, onClose } = props;
  const [text, setText] = useState('');
  const act = useMutation({ mutationFn: run, onSuccess: onDone });
  const isLocked = typed !== undefined && text.trim() !== typed;
  return (
    <Dialog title={title} role="alertdialog" isOpen onOpenChange={(open) => !open && onClose()}>
      <div className="flex flex-col gap-4 text-sm text-soft">
        {children}
        {typed !== undefined && (
          <Field
            label={`Type ${typed} to go on`}
            name="typed"
            value={text}
            onChange={setText}
            fault={undefined}
            autoComplete="off"
            autoFocus
          />
        )}
        <Failure error={act.error} kept={kept} />
        <div className="flex justify-end gap-2">
          <Button onPress={onClose} autoFocus={typed === undefined}>
            {keep}
          </Button>
          <Button
            look="danger"
            onPress={() => act.mutate()}
            isDisabled={isLocked || act.isPending || act.isSuccess}
          >
            {action}
          </Button>
        </div>
      </div>
    </Dialog>
  );
}
