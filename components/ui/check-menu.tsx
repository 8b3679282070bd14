'use client';

import type { ReactNode } from 'react';
import { Menu, MenuTrigger, Popover } from 'react-aria-components/Menu';
import { Button } from './button';
import { MenuChoice, type MenuChoiceProps } from './menu-choice';

type CheckMenuProps<Id extends string> = MenuChoiceProps<Id> & {
  /** What the button shows, and what it is called where that does not say enough. */
  children: ReactNode;
  label?: string;
  className?: string;
};

/** A button with a list in which things are chosen. */
export function CheckMenu<Id extends string>(props: CheckMenuProps<Id>) {
  const { children, label, className = '', ...choice } = props;
  return (
    <MenuTrigger>
      <Button look="quiet" className={className} {...(label !== undefined && { 'aria-label': label })}>
        {children}
      </Button>
      <Popover placement="bottom end" className="rounded-md border border-edge bg-page text-text">
        <Menu className="max-h-[60vh] min-w-56 overflow-auto p-1 outline-none" aria-label={choice.title}>
          <MenuChoice {...choice} />
        </Menu>
      </Popover>
    </MenuTrigger>
  );
}
