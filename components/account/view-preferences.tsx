'use client';

import { THEMES } from '@/components/ui/preference-cookies';
import { usePreferences } from '@/components/ui/preferences';
import { Select } from '@/components/ui/select';
import { THEME_WORDS } from '@/components/ui/view-choices';

/** Theme and unit of speed; kept at once. */
export function ViewPreferences() {
  const { theme, units, setTheme, setUnits } = usePreferences();
  return (
    <div className="flex flex-wrap gap-x-6 gap-y-3">
      <Select
        label="Theme"
        withLabel
        value={theme}
        options={THEMES.map((value) => ({ value, words: THEME_WORDS[value] }))}
        onChange={setTheme}
      />
      <Select
        label="Speed in"
        withLabel
        value={units}
        options={[
          { value: 'kmh', words: 'km/h' },
          { value: 'mph', words: 'mph' },
        ]}
        onChange={setUnits}
      />
    </div>
  );
}
