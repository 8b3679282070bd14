'use client';

import { useMutation } from '@tanstack/react-query';
import { useRouter } from 'next/navigation';
import { type FormEvent, useState } from 'react';
import { sendJson } from '@/components/hooks/api';
import { useFaults } from '@/components/hooks/use-faults';
import { Button } from '@/components/ui/button';
import { Dialog } from '@/components/ui/dialog';
import { Failure } from '@/components/ui/failure';
import { Field } from '@/components/ui/field';
import { Select } from '@/components/ui/select';
import type { BoardSession } from '@/lib/contracts/live';
import { KIND_WORDS } from './board-words';
import { type EntryDraft, EntryRows } from './entry-rows';

type OpenSessionDialogProps = {
  tracks: readonly { id: number; name: string }[];
  devices: readonly { id: number; name: string }[];
  onClose(): void;
};

const KINDS: readonly BoardSession['kind'][] = ['practice', 'qualifying', 'race'];
const FIELDS = ['name', 'laps_target', 'duration_target_ms', 'delay_s'];
const MINUTE_MS = 60_000;

/** Opens a live session by hand. Mount it to ask. */
export function OpenSessionDialog({ tracks, devices, onClose }: OpenSessionDialogProps) {
  const router = useRouter();
  const [draft, setDraft] = useState<Draft>(() => ({ ...EMPTY, track: String(tracks[0]?.id ?? '') }));
  const put = (change: Partial<Draft>) => setDraft((before) => ({ ...before, ...change }));
  const open = useMutation({
    mutationFn: () => sendJson<{ session_id: number }>('POST', '/api/v1/live', sessionOf(draft)),
    onSuccess: (made) => (made ? router.push(`/live/${made.session_id}`) : onClose()),
  });
  const faults = useFaults(open.error, FIELDS);
  // After the answer the next page is still on its way.
  const isLocked = draft.name.trim() === '' || open.isPending || open.isSuccess;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!isLocked) open.mutate();
  };
  const text = (label: string, name: string, key: 'name' | 'laps' | 'minutes' | 'delay', hint?: string) => (
    <Field
      label={label}
      name={name}
      value={draft[key]}
      onChange={(value) => put({ [key]: value })}
      fault={faults.of(name)}
      autoComplete="off"
      {...(hint !== undefined && { hint })}
      {...(key === 'name' && { isRequired: true, maxLength: 150, autoFocus: true })}
    />
  );
  return (
    <Dialog title="Open a session" isOpen onOpenChange={(isOpen) => !isOpen && onClose()}>
      <form ref={faults.formRef} noValidate onSubmit={submit} className="flex flex-col gap-4">
        {text('Name', 'name', 'name')}
        <div className="flex flex-wrap gap-3">
          <Select
            label="Track"
            withLabel
            value={draft.track}
            options={[
              ...tracks.map(({ id, name }) => ({ value: String(id), words: name })),
              { value: '', words: 'None: only where the cars are' },
            ]}
            onChange={(track) => put({ track })}
          />
          <Select
            label="Kind"
            withLabel
            value={draft.kind}
            options={KINDS.map((value) => ({ value, words: KIND_WORDS[value] }))}
            onChange={(kind) => put({ kind })}
          />
        </div>
        <div className="grid grid-cols-3 gap-3">
          {text('Laps', 'laps_target', 'laps')}
          {text('Minutes', 'duration_target_ms', 'minutes')}
          {text('Delay, s', 'delay_s', 'delay')}
        </div>
        <EntryRows devices={devices} entries={draft.entries} onChange={(entries) => put({ entries })} />
        <Failure error={faults.rest} kept="No session was opened; what you typed is still here." />
        <div className="flex justify-end gap-2">
          <Button onPress={onClose}>Cancel</Button>
          <Button look="primary" type="submit" isDisabled={isLocked}>
            Open
          </Button>
        </div>
      </form>
    </Dialog>
  );
}

type Draft = {
  name: string;
  track: string;
  kind: BoardSession['kind'];
  laps: string;
  minutes: string;
  delay: string;
  entries: EntryDraft[];
};

const EMPTY: Draft = { name: '', track: '', kind: 'practice', laps: '', minutes: '', delay: '', entries: [] };

/** What is typed, as the API takes it. A text that is no number goes out as it is: the server says what is wrong. */
export function sessionOf(draft: Draft) {
  const words = (text: string) => (text.trim() === '' ? null : text.trim());
  return {
    name: draft.name.trim(),
    kind: draft.kind,
    track_id: draft.track === '' ? null : Number(draft.track),
    laps_target: typedNumber(draft.laps),
    duration_target_ms: typedNumber(draft.minutes, (minutes) => Math.round(minutes * MINUTE_MS)),
    delay_s: typedNumber(draft.delay) ?? 0,
    entries: draft.entries.map(({ device, number: plate, driver }) => ({
      device_id: device,
      number: words(plate),
      driver: words(driver),
    })),
  };
}

/** The number in a field, the text of a field that holds none, null of an empty one. */
function typedNumber(
  text: string,
  scaled: (value: number) => number = (value) => value,
): number | string | null {
  const typed = text.trim();
  if (typed === '') return null;
  const value = Number(typed.replace(',', '.'));
  // JSON has no Infinity: it would go out as nothing at all.
  return Number.isFinite(value) ? scaled(value) : typed;
}
