'use client';

import { SlidersHorizontal } from 'lucide-react';
import { Menu, MenuTrigger, Popover } from 'react-aria-components/Menu';
import { Button } from './button';
import { ThemeChoice, UnitsChoice } from './view-choices';

/** How the reader wants to see the pages, for who has no account to keep it. */
export function ViewMenu() {
  return (
    <MenuTrigger>
      <Button look="quiet" aria-label="View: theme and units" isIcon>
        <SlidersHorizontal size={16} aria-hidden />
      </Button>
      <Popover placement="bottom end" className="rounded-md border border-edge bg-page text-text">
        <Menu className="min-w-44 p-1 outline-none" aria-label="View">
          <ThemeChoice />
          <UnitsChoice />
        </Menu>
      </Popover>
    </MenuTrigger>
  );
}
