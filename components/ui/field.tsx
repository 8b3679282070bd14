'use client';

import type { ReactNode } from 'react';
import { FieldError, Input, Label, Text, TextField } from 'react-aria-components/TextField';
import { faultWords } from './fault-words';

export const INPUT_LOOK =
  'target h-8 w-full min-w-0 rounded-md border border-edge bg-page px-2 placeholder:text-quiet aria-invalid:border-danger';

type FieldProps = {
  label: string;
  /** As the API calls it: faults that name it are shown here. */
  name: string;
  value: string;
  onChange(value: string): void;
  /** What is wrong with it, if anything. */
  fault: string | undefined;
  hint?: ReactNode;
  type?: 'text' | 'password' | 'email';
  autoComplete?: string;
  isRequired?: boolean;
  maxLength?: number;
  autoFocus?: boolean;
  onFocusChange?(isIn: boolean): void;
};

/** A line of text with its label, its hint and its fault. */
export function Field({ label, name, value, onChange, fault, hint, type = 'text', ...rest }: FieldProps) {
  return (
    <TextField
      {...rest}
      type={type}
      name={name}
      value={value}
      onChange={onChange}
      isInvalid={fault !== undefined}
      validationBehavior="aria"
      className="flex flex-col gap-1"
    >
      <Label className="text-sm text-soft">{label}</Label>
      <Input className={INPUT_LOOK} spellCheck={false} autoCapitalize="none" />
      {hint !== undefined && (
        <Text slot="description" className="text-sm text-soft">
          {hint}
        </Text>
      )}
      <FieldError className="text-sm text-danger">
        {fault !== undefined && faultWords(label, fault)}
      </FieldError>
    </TextField>
  );
}
