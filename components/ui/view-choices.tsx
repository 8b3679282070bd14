'use client';

import { Check } from 'lucide-react';
import { Header, MenuItem, MenuSection } from 'react-aria-components/Menu';
import { THEMES, type Theme } from './preference-cookies';
import { usePreferences } from './preferences';

export const THEME_WORDS: Record<Theme, string> = { system: 'As the system', dark: 'Dark', light: 'Light' };

/** The classes of an entry of a menu. */
export const MENU_ITEM =
  'target flex h-8 cursor-pointer items-center gap-2 rounded-md px-2 text-sm outline-none data-[focused]:bg-raised';
export const MENU_HEADER = 'px-2 pt-2 pb-1 text-xs text-soft';

/** The parts of a menu that say how the reader wants to see the pages: theme and unit of speed. */
export function ThemeChoice() {
  const { theme, setTheme } = usePreferences();
  return (
    <Choice
      title="Theme"
      items={THEMES.map((id) => ({ id, words: THEME_WORDS[id] }))}
      chosen={theme}
      choose={(key) => setTheme(THEMES.find((known) => known === key) ?? 'system')}
    />
  );
}

export function UnitsChoice() {
  const { units, setUnits } = usePreferences();
  return (
    <Choice
      title="Speed"
      items={[
        { id: 'kmh', words: 'km/h' },
        { id: 'mph', words: 'mph' },
      ]}
      chosen={units}
      choose={(key) => setUnits(key === 'mph' ? 'mph' : 'kmh')}
    />
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
      <Header className={MENU_HEADER}>{title}</Header>
      {items.map((item) => (
        <MenuItem key={item.id} id={item.id} textValue={item.words} className={MENU_ITEM}>
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
