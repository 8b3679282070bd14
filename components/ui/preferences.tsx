'use client';

import { createContext, type ReactNode, useContext, useMemo, useState } from 'react';
import type { Units } from '@/components/format';
import { PREFERENCE_COOKIES, type Preferences, type Theme } from './preference-cookies';

type PreferencesContext = Preferences & {
  setTheme(theme: Theme): void;
  setUnits(units: Units): void;
};

const Context = createContext<PreferencesContext | null>(null);

/** Holds the reader's theme and units; the server reads both from cookies, so that nothing flashes. */
export function PreferencesProvider({ initial, children }: { initial: Preferences; children: ReactNode }) {
  const [preferences, setPreferences] = useState(initial);
  const value = useMemo<PreferencesContext>(
    () => ({
      ...preferences,
      setTheme(theme) {
        document.documentElement.dataset.theme = theme;
        keep(PREFERENCE_COOKIES.theme, theme);
        setPreferences((before) => ({ ...before, theme }));
      },
      setUnits(units) {
        keep(PREFERENCE_COOKIES.units, units);
        setPreferences((before) => ({ ...before, units }));
      },
    }),
    [preferences],
  );
  return <Context value={value}>{children}</Context>;
}

export function usePreferences(): PreferencesContext {
  const value = useContext(Context);
  if (!value) throw new Error('usePreferences is used outside of PreferencesProvider.');
  return value;
}

function keep(name: string, value: string): void {
  // biome-ignore lint/suspicious/noDocumentCookie: the Cookie Store API is missing outside secure contexts.
  document.cookie = `${name}=${value}; path=/; max-age=31536000; samesite=lax`;
}
