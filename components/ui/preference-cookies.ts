import type { Units } from '@/components/format';

export const THEMES = ['system', 'dark', 'light'] as const;
export type Theme = (typeof THEMES)[number];
export type Preferences = { theme: Theme; units: Units };

export const PREFERENCE_COOKIES = { theme: 'pitwall_theme', units: 'pitwall_units' } as const;

/** Preferences out of the request's cookies; whatever is not known falls back to the system's theme and km/h. */
export function readPreferences(cookie: (name: string) => string | undefined): Preferences {
  const theme = cookie(PREFERENCE_COOKIES.theme);
  return {
    theme: THEMES.find((known) => known === theme) ?? 'system',
    units: cookie(PREFERENCE_COOKIES.units) === 'mph' ? 'mph' : 'kmh',
  };
}
