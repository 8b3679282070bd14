'use client';

import { useState } from 'react';
import { Field } from '@/components/ui/field';
import { PasswordRules } from './password-rules';

type NewPasswordProps = {
  /** As the API calls the field. */
  name: string;
  label?: string;
  username: string;
  value: string;
  onChange(value: string): void;
  repeated: string;
  onRepeat(value: string): void;
  fault: string | undefined;
  /** Whether it may stay empty. */
  isOptional?: boolean;
};

/** A new password, twice, with its rules. */
export function NewPassword(props: NewPasswordProps) {
  const { name, label = 'Password', username, value, onChange, repeated, onRepeat, fault } = props;
  const isRequired = !props.isOptional;
  const [isLeft, setLeft] = useState(false);
  const differs = repeated !== '' && repeated !== value;
  // While the second is still being typed, its beginning is no fault.
  const isWrong = differs && (isLeft || !value.startsWith(repeated));
  return (
    <div className="flex flex-col gap-3">
      <Field
        label={label}
        name={name}
        type="password"
        autoComplete="new-password"
        value={value}
        onChange={onChange}
        fault={fault}
        isRequired={isRequired}
      />
      {(isRequired || value !== '') && <PasswordRules password={value} username={username} />}
      <Field
        label={`${label} once more`}
        name={`${name}_repeated`}
        type="password"
        autoComplete="new-password"
        value={repeated}
        onChange={onRepeat}
        onFocusChange={(isIn) => setLeft(!isIn)}
        fault={isWrong ? 'The two passwords differ.' : undefined}
        isRequired={isRequired}
      />
    </div>
  );
}
