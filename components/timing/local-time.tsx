'use client';

import { useSyncExternalStore } from 'react';
import { formatInstantUtc } from '@/components/format';

type Style = 'date' | 'date-time' | 'date-time-seconds' | 'time';

const STYLES: Record<Style, Intl.DateTimeFormatOptions> = {
  date: { dateStyle: 'medium' },
  'date-time': { dateStyle: 'medium', timeStyle: 'short' },
  'date-time-seconds': { dateStyle: 'medium', timeStyle: 'medium' },
  time: { timeStyle: 'medium' },
};

const never = () => () => {};

/** An instant in the reader's own zone and manner; the server, which knows neither, writes UTC first. */
export function LocalTime({ instant, style = 'date-time' }: { instant: string; style?: Style }) {
  const text = useSyncExternalStore(
    never,
    () => new Intl.DateTimeFormat(undefined, STYLES[style]).format(new Date(instant)),
    () => formatInstantUtc(instant),
  );
  return (
    <time dateTime={instant} title={formatInstantUtc(instant)}>
      {text}
    </time>
  );
}
