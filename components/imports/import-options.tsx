'use client';

import { Input, Label, TextField } from 'react-aria-components/TextField';
import { Select } from '@/components/ui/select';
import type { DropOptions } from './use-uploads';

type ImportOptionsProps = {
  tracks: { id: number; name: string }[];
  options: DropOptions;
  onChange(options: DropOptions): void;
};

/** What may be said of the files before they are dropped; nothing of it is needed. */
export function ImportOptions({ tracks, options, onChange }: ImportOptionsProps) {
  return (
    <div className="flex flex-wrap items-center gap-x-6 gap-y-2">
      <Select
        label="Track"
        withLabel
        value={String(options.trackId ?? '')}
        options={[
          { value: '', words: 'Find it by itself' },
          ...tracks.map((track) => ({ value: String(track.id), words: track.name })),
        ]}
        onChange={(value) => onChange({ ...options, trackId: value === '' ? null : Number(value) })}
      />
      <TextField
        value={options.sessionName}
        onChange={(sessionName) => onChange({ ...options, sessionName })}
        maxLength={150}
        className="flex items-center gap-2 text-sm"
      >
        <Label className="text-soft">Session name</Label>
        <Input
          placeholder="from the file"
          className="target h-8 w-56 rounded-md border border-edge bg-page px-2 placeholder:text-quiet"
        />
      </TextField>
    </div>
  );
}
