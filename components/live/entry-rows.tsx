'use client';

import { X } from 'lucide-react';
import { useState } from 'react';
import { Button } from '@/components/ui/button';
import { INPUT_LOOK } from '@/components/ui/field';
import { Select } from '@/components/ui/select';

export type EntryDraft = { device: number; number: string; driver: string };

type EntryRowsProps = {
  devices: readonly { id: number; name: string }[];
  entries: readonly EntryDraft[];
  onChange(entries: EntryDraft[]): void;
};

/** Which devices take part, each with its number and driver. */
export function EntryRows({ devices, entries, onChange }: EntryRowsProps) {
  const free = devices.filter(({ id }) => !entries.some(({ device }) => device === id));
  const [chosen, setChosen] = useState('');
  const next = free.find(({ id }) => String(id) === chosen) ?? free[0];
  const change = (device: number, part: Partial<EntryDraft>) =>
    onChange(entries.map((entry) => (entry.device === device ? { ...entry, ...part } : entry)));
  return (
    <fieldset className="flex flex-col gap-2">
      <legend className="mb-1 text-sm text-soft">Cars</legend>
      {entries.map((entry) => {
        const name = devices.find(({ id }) => id === entry.device)?.name ?? `device ${entry.device}`;
        return (
          <div key={entry.device} className="grid grid-cols-[4rem_minmax(0,1fr)_auto] items-center gap-2">
            <input
              aria-label={`Number of ${name}`}
              placeholder="№"
              maxLength={10}
              value={entry.number}
              onChange={(event) => change(entry.device, { number: event.target.value })}
              className={INPUT_LOOK}
            />
            <input
              aria-label={`Driver of ${name}`}
              placeholder={`Driver (${name})`}
              maxLength={60}
              value={entry.driver}
              onChange={(event) => change(entry.device, { driver: event.target.value })}
              className={INPUT_LOOK}
            />
            <Button
              look="quiet"
              isIcon
              aria-label={`Leave ${name} out`}
              onPress={() => onChange(entries.filter(({ device }) => device !== entry.device))}
            >
              <X size={16} aria-hidden />
            </Button>
          </div>
        );
      })}
      {next ? (
        <div className="flex flex-wrap items-center gap-2">
          <Select
            label="Device"
            value={String(next.id)}
            options={free.map(({ id, name }) => ({ value: String(id), words: name }))}
            onChange={setChosen}
          />
          <Button onPress={() => onChange([...entries, { device: next.id, number: '', driver: '' }])}>
            Add the car
          </Button>
        </div>
      ) : (
        <p className="text-sm text-soft">
          {devices.length === 0 ? 'No device is known yet.' : 'All known devices take part.'}
        </p>
      )}
    </fieldset>
  );
}
