'use client';

import { Check } from 'lucide-react';
import type { ReactNode } from 'react';
import { Header, Menu, MenuItem, MenuSection, MenuTrigger, Popover } from 'react-aria-components/Menu';
import { Button } from '@/components/ui/button';
import { MENU_HEADER, MENU_ITEM } from '@/components/ui/view-choices';

type CheckMenuProps<Id extends string> = {
  title: string;
  items: readonly { id: Id; words: string }[];
  chosen: readonly Id[];
  /** One of them is chosen always, and only one. */
  isSingle?: boolean;
  onChoose(chosen: Id[]): void;
  /** What the button shows, and what it is called where that does not say enough. */
  children: ReactNode;
  label?: string;
  className?: string;
};

/** A button with a list in which things are chosen. */
export function CheckMenu<Id extends string>(props: CheckMenuProps<Id>) {
  const { title, items, chosen, isSingle = false, onChoose, children, label, className = '' } = props;
  return (
    <MenuTrigger>
      <Button look="quiet" className={className} {...(label !== undefined && { 'aria-label': label })}>
        {children}
      </Button>
      <Popover placement="bottom end" className="rounded-md border border-edge bg-page text-text">
        <Menu className="max-h-[60vh] min-w-56 overflow-auto p-1 outline-none" aria-label={title}>
          <MenuSection
            selectionMode={isSingle ? 'single' : 'multiple'}
            disallowEmptySelection={isSingle}
            selectedKeys={chosen}
            onSelectionChange={(keys) => {
              const ids = items.map(({ id }) => id);
              onChoose(keys === 'all' ? ids : ids.filter((id) => keys.has(id)));
            }}
          >
            <Header className={MENU_HEADER}>{title}</Header>
            {items.map(({ id, words }) => (
              <MenuItem key={id} id={id} textValue={words} className={MENU_ITEM}>
                {({ isSelected }) => (
                  <>
                    <Check size={16} aria-hidden className={isSelected ? 'text-accent' : 'invisible'} />
                    {words}
                  </>
                )}
              </MenuItem>
            ))}
          </MenuSection>
        </Menu>
      </Popover>
    </MenuTrigger>
  );
}
