'use client';

import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { sendJson } from '@/components/hooks/api';
import { useFaults } from '@/components/hooks/use-faults';
import { NewPassword } from '@/components/people/new-password';
import { Dialog } from '@/components/ui/dialog';
import { DialogForm } from '@/components/ui/dialog-form';
import { Field } from '@/components/ui/field';
import { Select } from '@/components/ui/select';
import type { UserItem } from '@/lib/contracts/people';

/** A level, and whether the viewer may give it. */
export type GivenLevel = { level: number; name: string; isMine: boolean };

type UserDialogProps = {
  /** Null makes a new account. */
  user: UserItem | null;
  levels: GivenLevel[];
  onDone(): void;
  onClose(): void;
};

/** A new account, or what may be changed of one. Mount it to ask. */
export function UserDialog({ user, levels, onDone, onClose }: UserDialogProps) {
  const form = useUserForm(user);
  const save = useMutation({
    mutationFn: () =>
      user
        ? sendJson('PATCH', `/api/v1/users/${user.id}`, form.changes)
        : sendJson('POST', '/api/v1/users', form.changes),
    onSuccess: onDone,
  });
  const faults = useFaults(save.error, ['username', 'email', 'password']);
  return (
    <Dialog
      title={user ? `Change ${user.username}` : 'New user'}
      isOpen
      onOpenChange={(open) => !open && onClose()}
    >
      <DialogForm
        faults={faults}
        kept={user ? 'The account stays as it was.' : 'No account was made.'}
        submit={user ? 'Save' : 'Make the account'}
        isReady={form.isWhole && !save.isPending}
        onSubmit={() => save.mutate()}
        onClose={onClose}
      >
        <Field
          label="Name"
          name="username"
          autoComplete="off"
          {...form.username}
          fault={faults.of('username')}
          maxLength={64}
          isRequired
          autoFocus
        />
        <Field
          label="E-mail address"
          name="email"
          type="email"
          autoComplete="off"
          {...form.email}
          fault={faults.of('email')}
          hint="Not needed."
        />
        <Select
          label="Level"
          withLabel
          value={form.level.value}
          options={levels
            .filter(({ isMine }) => isMine)
            .map(({ level, name }) => ({ value: String(level), words: `${level} · ${name}` }))}
          onChange={form.level.onChange}
        />
        <NewPassword
          name="password"
          label={user ? 'New password' : 'Password'}
          isOptional={user !== null}
          username={form.username.value}
          {...form.password}
          fault={faults.of('password')}
        />
        {user && (
          <p className="text-sm text-soft">
            Leave the password empty to keep it. A new password or level ends all logins of the account.
          </p>
        )}
      </DialogForm>
    </Dialog>
  );
}

/** The fields of the form, and of an account that is there only what differs. */
function useUserForm(user: UserItem | null) {
  const [username, setUsername] = useState(user?.username ?? '');
  const [email, setEmail] = useState(user?.email ?? '');
  const [level, setLevel] = useState(String(user?.level ?? 1));
  const [password, setPassword] = useState('');
  const [repeated, setRepeated] = useState('');
  const changes = {
    ...(username.trim() !== user?.username && { username }),
    ...((email.trim() || null) !== (user?.email ?? null) && { email: email.trim() || null }),
    ...(Number(level) !== user?.level && { level: Number(level) }),
    ...(password !== '' && { password }),
  };
  const hasChanges = Object.keys(changes).length > 0;
  const hasPassword = password === repeated && (user !== null || password !== '');
  return {
    username: { value: username, onChange: setUsername },
    email: { value: email, onChange: setEmail },
    level: { value: level, onChange: setLevel },
    password: { value: password, onChange: setPassword, repeated, onRepeat: setRepeated },
    changes,
    isWhole: username.trim() !== '' && hasChanges && hasPassword,
  };
}
