'use client';

import { Check, SlidersHorizontal } from 'lucide-react';
import { Header, Menu, MenuItem, MenuSection, MenuTrigger, Popover } from 'react-aria-components/Menu';
import { Button } from './button';
import { THEMES, type Theme } from './preference-cookies';
import { usePreferences } from './preferences';

const THEME_WORDS: Record<Theme, string> = { system: 'As the system', dark: 'Dark', light: 'Light' };

/** How the reader wants to see the pages: theme and unit of speed. */
export function ViewMenu() {
  const { theme, units, setTheme, setUnits } = usePreferences();
  return (
    <MenuTrigger>
      <Button look="quiet" aria-label="View: theme and units" isIcon>
        <SlidersHorizontal size={16} aria-hidden />
      </Button>
      <Popover placement="bottom end" className="rounded-md border border-edge bg-page text-text">
        <Menu className="min-w-44 p-1 outline-none" aria-label="View">
          <Choice
            title="Theme"
            items={THEMES.map((id) => ({ id, words: THEME_WORDS[id] }))}
            chosen={theme}
            choose={(key) => setTheme(THEMES.find((known) => known === key) ?? 'system')}
          />
          <Choice
            title="Speed"
            items={[
              { id: 'kmh', words: 'km/h' },
              { id: 'mph', words: 'mph' },
            ]}
            chosen={units}
            choose={(key) => setUnits(key === 'mph' ? 'mph' : 'kmh')}
          />
        </Menu>
      </Popover>
    </MenuTrigger>
  );
}

type ChoiceProps = {
  title: string;
  items: { id: string; words: string }[];
  chosen: string;
  choose(key: string): void;
};

function Choice({ title, items, chosen, choose }: ChoiceProps) {
  return (
    <MenuSection
      selectionMode="single"
      disallowEmptySelection
      selectedKeys={[chosen]}
      onSelectionChange={(keys) => {
        const [key] = keys === 'all' ? [] : [...keys];
        if (key !== undefined) choose(String(key));
      }}
    >
      <Header className="px-2 pt-2 pb-1 text-xs text-soft">{title}</Header>
      {items.map((item) => (
        <MenuItem
          key={item.id}
          id={item.id}
          textValue={item.words}
          className="target flex h-8 items-center gap-2 rounded-md px-2 text-sm outline-none data-[focused]:bg-raised"
        >
          {({ isSelected }) => (
            <>
              <Check size={16} aria-hidden className={isSelected ? 'text-accent' : 'invisible'} />
              {item.words}
            </>
          )}
        </MenuItem>
      ))}
    </MenuSection>
  );
}
