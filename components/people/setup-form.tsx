'use client';

import { useMutation } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { logIn } from '@/components/hooks/login';
import { useFaults } from '@/components/hooks/use-faults';
import { Button } from '@/components/ui/button';
import { Failure } from '@/components/ui/failure';
import { Field } from '@/components/ui/field';
import { NewPassword } from './new-password';

/** Makes the first administrator and logs in as it. */
export function SetupForm({ withToken }: { withToken: boolean }) {
  const [username, setUsername] = useState('');
  const [password, setPassword] = useState('');
  const [repeated, setRepeated] = useState('');
  const [token, setToken] = useState('');
  const make = useMutation({
    mutationFn: () => logIn({ username, password, ...(withToken ? { setup_token: token } : {}) }),
    onSuccess: () => window.location.assign('/'),
  });
  const faults = useFaults(make.error, ['username', 'password', ...(withToken ? ['setup_token'] : [])]);
  const isWhole = username.trim() !== '' && password !== '' && password === repeated;
  const isBusy = make.isPending || make.isSuccess;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (isWhole && !isBusy) make.mutate();
  };
  return (
    <form ref={faults.formRef} noValidate onSubmit={submit} className="flex flex-col gap-4">
      {withToken && (
        <Field
          label="Set-up token"
          name="setup_token"
          type="password"
          autoComplete="off"
          value={token}
          onChange={setToken}
          fault={faults.of('setup_token')}
          hint="The SETUP_TOKEN that this server was started with."
          isRequired
        />
      )}
      <Field
        label="Name"
        name="username"
        autoComplete="username"
        value={username}
        onChange={setUsername}
        fault={faults.of('username')}
        isRequired
        autoFocus
        maxLength={64}
      />
      <NewPassword
        name="password"
        username={username}
        value={password}
        onChange={setPassword}
        repeated={repeated}
        onRepeat={setRepeated}
        fault={faults.of('password')}
      />
      <Button look="primary" type="submit" isDisabled={isBusy || !isWhole || (withToken && token === '')}>
        Make the administrator
      </Button>
      <Failure error={faults.rest} kept="No account was made." />
    </form>
  );
}
