'use client';

import { formatPlural } from '@/components/format';
import type { useSessionView } from '@/components/hooks/use-session-view';
import { lapClassWord } from '@/components/reasons';
import { Button } from '@/components/ui/button';
import { Select } from '@/components/ui/select';
import type { LapItem } from '@/lib/contracts/laps';
import type { SessionDetail } from '@/lib/contracts/sessions';
import { LAP_CLASSES } from '@/lib/timing/types';

type LapFiltersProps = { session: SessionDetail; laps: LapItem[]; view: ReturnType<typeof useSessionView> };

/** Which laps the table shows, and what is chosen in it. */
export function LapFilters({ session, laps, view }: LapFiltersProps) {
  const classes = LAP_CLASSES.filter((lapClass) => laps.some((lap) => lap.class === lapClass));
  return (
    <div className="no-print flex min-h-8 flex-wrap items-center gap-2">
      <h2 className="mr-2 text-lg font-semibold">Laps</h2>
      {session.entries.length > 1 && (
        <Select
          label="Entry"
          value={String(view.entryId ?? '')}
          options={[
            { value: '', words: 'All entries' },
            ...session.entries.map((entry) => ({ value: String(entry.id), words: entry.label })),
          ]}
          onChange={(value) => view.setEntry(value === '' ? null : Number(value))}
        />
      )}
      {classes.length > 1 && (
        <Select
          label="Class"
          value={view.lapClass ?? 'all'}
          options={[
            { value: 'all', words: 'All classes' },
            ...classes.map((value) => ({ value, words: lapClassWord(value) })),
          ]}
          onChange={(value) => view.setClass(value === 'all' ? null : value)}
        />
      )}
      <p className="ml-auto text-sm text-soft" role="status">
        {view.chosen.length === 0
          ? 'Choose laps with a click or the space bar'
          : `${formatPlural(view.chosen.length, 'lap')} chosen, 8 at most`}
      </p>
      <Button
        look="quiet"
        isDisabled={view.chosen.length === 0}
        onPress={() => view.setChosen([])}
        className={view.chosen.length === 0 ? 'max-sm:hidden' : ''}
      >
        Clear
      </Button>
    </div>
  );
}
