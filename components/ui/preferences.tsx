'use client';

import { useMutation } from '@tanstack/react-query';
import { createContext, type ReactNode, useContext, useMemo, useState } from 'react';
import type { Units } from '@/components/format';
import { sendJson } from '@/components/hooks/api';
import { PREFERENCE_COOKIES, type Preferences, type Theme } from './preference-cookies';

type PreferencesContext = Preferences & {
  setTheme(theme: Theme): void;
  setUnits(units: Units): void;
};

const Context = createContext<PreferencesContext | null>(null);

type ProviderProps = {
  initial: Preferences;
  /** Whether an account keeps them too. */
  isKept: boolean;
  children: ReactNode;
};

/** Holds the reader's theme and units; the server reads both from account or cookies, so that nothing flashes. */
export function PreferencesProvider({ initial, isKept, children }: ProviderProps) {
  const [preferences, setPreferences] = useState(initial);
  // The browser keeps the choice in any case: an account that cannot take it loses nothing that is seen.
  const { mutate } = useMutation({
    mutationFn: (change: Partial<Preferences>) => sendJson('PATCH', '/api/v1/me', change),
  });
  const value = useMemo<PreferencesContext>(
    () => ({
      ...preferences,
      setTheme(theme) {
        document.documentElement.dataset.theme = theme;
        keep(PREFERENCE_COOKIES.theme, theme);
        if (isKept) mutate({ theme });
        setPreferences((before) => ({ ...before, theme }));
      },
      setUnits(units) {
        keep(PREFERENCE_COOKIES.units, units);
        if (isKept) mutate({ units });
        setPreferences((before) => ({ ...before, units }));
      },
    }),
    [preferences, isKept, mutate],
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
