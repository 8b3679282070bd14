'use client';

import { useHydrated } from '@/components/hooks/use-hydrated';
import { dayInstant, dayOfInstant } from './day-instant';

type DayFieldProps = {
  label: string;
  /** ISO 8601 of the begin of the day, or of its end. */
  instant: string | null;
  edge: 'begin' | 'end';
  onChange(instant: string | null): void;
};

/** The browser's own choice of a day. Days are the reader's: the server, which does not know the zone, shows none. */
export function DayField({ label, instant, edge, onChange }: DayFieldProps) {
  const isHydrated = useHydrated();
  return (
    <label className="flex items-center gap-2 text-sm">
      <span className="text-soft">{label}</span>
      <input
        type="date"
        value={isHydrated ? dayOfInstant(instant, edge) : ''}
        onChange={(event) => onChange(dayInstant(event.target.value, edge))}
        className="target h-8 w-36 rounded-md border border-edge bg-page px-2"
      />
    </label>
  );
}
