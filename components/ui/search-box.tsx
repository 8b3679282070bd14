'use client';

import { Input, Label, SearchField } from 'react-aria-components/SearchField';

type SearchBoxProps = { label: string; value: string; onChange(value: string): void };

export function SearchBox({ label, value, onChange }: SearchBoxProps) {
  return (
    <SearchField value={value} onChange={onChange} className="flex items-center gap-2 text-sm">
      <Label className="sr-only">{label}</Label>
      <Input
        placeholder={label}
        className="target h-8 w-56 rounded-md border border-edge bg-page px-2 placeholder:text-quiet"
      />
    </SearchField>
  );
}
