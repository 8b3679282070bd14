'use client';

import { MenuChoice } from './menu-choice';
import { THEMES, type Theme } from './preference-cookies';
import { usePreferences } from './preferences';

export const THEME_WORDS: Record<Theme, string> = { system: 'As the system', dark: 'Dark', light: 'Light' };

const THEME_ITEMS = THEMES.map((id) => ({ id, words: THEME_WORDS[id] }));
const UNIT_ITEMS = [
  { id: 'kmh', words: 'km/h' },
  { id: 'mph', words: 'mph' },
] as const;

/** The parts of a menu that say how the reader wants to see the pages: theme and unit of speed. */
export function ThemeChoice() {
  const { theme, setTheme } = usePreferences();
  return (
    <MenuChoice
      title="Theme"
      items={THEME_ITEMS}
      chosen={[theme]}
      isSingle
      onChoose={([chosen]) => chosen && setTheme(chosen)}
    />
  );
}

export function UnitsChoice() {
  const { units, setUnits } = usePreferences();
  return (
    <MenuChoice
      title="Speed"
      items={UNIT_ITEMS}
      chosen={[units]}
      isSingle
      onChoose={([chosen]) => chosen && setUnits(chosen)}
    />
  );
}
