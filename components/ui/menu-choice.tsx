'use client';

import { Check } from 'lucide-react';
import { Header, MenuItem, MenuSection } from 'react-aria-components/Menu';

/** The classes of an entry of a menu. */
export const MENU_ITEM =
  'target flex h-8 cursor-pointer items-center gap-2 rounded-md px-2 text-sm outline-none data-[focused]:bg-raised';
export const MENU_HEADER = 'px-2 pt-2 pb-1 text-xs text-soft';

export type MenuChoiceProps<Id extends string> = {
  title: string;
  items: readonly { id: Id; words: string }[];
  chosen: readonly Id[];
  /** One of them is chosen always, and only one. */
  isSingle?: boolean;
  onChoose(chosen: Id[]): void;
};

/** A part of a menu in which things are chosen. */
export function MenuChoice<Id extends string>(props: MenuChoiceProps<Id>) {
  const { title, items, chosen, isSingle = false, onChoose } = props;
  return (
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
  );
}
