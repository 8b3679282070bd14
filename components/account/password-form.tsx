'use client';

import { useMutation } from '@tanstack/react-query';
import { useRouter } from 'next/navigation';
import { type FormEvent, useState } from 'react';
import { sendJson } from '@/components/hooks/api';
import { logIn, toLogin } from '@/components/hooks/login';
import { useFaults } from '@/components/hooks/use-faults';
import { NewPassword } from '@/components/people/new-password';
import { Button } from '@/components/ui/button';
import { Failure } from '@/components/ui/failure';
import { Field } from '@/components/ui/field';
import { Saved } from '@/components/ui/saved';

/** A new password for the own account. All logins end by it; this browser logs in again at once. */
export function PasswordForm({ username }: { username: string }) {
  const [old, setOld] = useState('');
  const [password, setPassword] = useState('');
  const [repeated, setRepeated] = useState('');
  const router = useRouter();
  const change = useMutation({
    mutationFn: async () => {
      await sendJson('POST', '/api/v1/me/password', { old_password: old, new_password: password });
      await logIn({ username, password }).catch(toLogin);
    },
    onSuccess: () => {
      for (const clear of [setOld, setPassword, setRepeated]) clear('');
      router.refresh();
    },
  });
  const faults = useFaults(change.error, ['old_password', 'new_password']);
  const isWhole = old !== '' && password !== '' && password === repeated;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (isWhole && !change.isPending) change.mutate();
  };
  return (
    <form ref={faults.formRef} noValidate onSubmit={submit} className="flex flex-col gap-4">
      {/* So that a password manager knows whose password changes. */}
      <input type="text" name="username" autoComplete="username" value={username} readOnly hidden />
      <Field
        label="Password until now"
        name="old_password"
        type="password"
        autoComplete="current-password"
        value={old}
        onChange={setOld}
        fault={faults.of('old_password')}
        isRequired
      />
      <NewPassword
        name="new_password"
        label="New password"
        username={username}
        value={password}
        onChange={setPassword}
        repeated={repeated}
        onRepeat={setRepeated}
        fault={faults.of('new_password')}
      />
      <Failure error={faults.rest} kept="The password stays as it was." />
      <div className="flex items-center gap-3">
        <Button look="primary" type="submit" isDisabled={!isWhole || change.isPending}>
          Change the password
        </Button>
        <Saved isShown={change.isSuccess && password === ''}>Changed; all other logins have ended</Saved>
      </div>
    </form>
  );
}
