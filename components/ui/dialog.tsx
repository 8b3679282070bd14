'use client';

import type { ReactNode } from 'react';
import { Dialog as AriaDialog, Heading, Modal, ModalOverlay } from 'react-aria-components/Modal';

type DialogProps = {
  title: string;
  isOpen: boolean;
  onOpenChange(open: boolean): void;
  /** alertdialog for a question that must be answered. */
  role?: 'dialog' | 'alertdialog';
  children: ReactNode;
};

export function Dialog({ title, isOpen, onOpenChange, role = 'dialog', children }: DialogProps) {
  return (
    <ModalOverlay
      isOpen={isOpen}
      onOpenChange={onOpenChange}
      isDismissable={role === 'dialog'}
      className="fixed inset-0 z-50 flex items-start justify-center bg-[rgb(0_0_0/0.6)] p-4 pt-[12vh]"
    >
      <Modal className="max-h-[80vh] w-full max-w-md overflow-auto rounded-md border border-edge bg-page text-text">
        <AriaDialog role={role} className="p-5 outline-none">
          <Heading slot="title" className="mb-3 text-lg font-semibold">
            {title}
          </Heading>
          {children}
        </AriaDialog>
      </Modal>
    </ModalOverlay>
  );
}
