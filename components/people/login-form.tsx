'use client';

import { useMutation } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { ApiFailure } from '@/components/hooks/api';
import { logIn } from '@/components/hooks/login';
import { useCountdown } from '@/components/hooks/use-countdown';
import { useFaults } from '@/components/hooks/use-faults';
import { Button } from '@/components/ui/button';
import { Failure } from '@/components/ui/failure';
import { Field } from '@/components/ui/field';
import { Captcha } from './captcha';

type LoginFormProps = {
  /** Where the login leads to. */
  next: string;
  captchaSiteKey: string | null;
};

export function LoginForm({ next, captchaSiteKey }: LoginFormProps) {
  const [username, setUsername] = useState('');
  const [password, setPassword] = useState('');
  const [captcha, setCaptcha] = useState('');
  const wait = useCountdown();
  const enter = useMutation({
    mutationFn: (typed: Credentials) => logIn({ ...typed, ...(captcha === '' ? {} : { captcha }) }),
    // A whole new page: nothing that was fetched for nobody stays.
    onSuccess: () => window.location.assign(next),
    onError: (error) => {
      setCaptcha('');
      if (error instanceof ApiFailure && error.retryAfterS !== null) wait.start(error.retryAfterS);
    },
  });
  const faults = useFaults(enter.error, ['username', 'password']);
  const asksCaptcha = enter.error instanceof ApiFailure && enter.error.captchaRequired;
  const [isAsked, setAsked] = useState(false);
  if (asksCaptcha && !isAsked) setAsked(true);
  const isBusy = enter.isPending || enter.isSuccess;
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const typed = typedIn(event.currentTarget);
    if (typed && !isBusy && wait.leftS === 0) enter.mutate(typed);
  };
  return (
    <form ref={faults.formRef} noValidate onSubmit={submit} className="flex flex-col gap-4">
      <Field
        label="Name"
        name="username"
        autoComplete="username"
        value={username}
        onChange={setUsername}
        fault={faults.of('username')}
        isRequired
        autoFocus
      />
      <Field
        label="Password"
        name="password"
        type="password"
        autoComplete="current-password"
        value={password}
        onChange={setPassword}
        fault={faults.of('password')}
        isRequired
      />
      {isAsked && captchaSiteKey !== null && (
        <Captcha siteKey={captchaSiteKey} round={enter.failureCount} onAnswer={setCaptcha} />
      )}
      <div className="flex flex-col gap-3">
        <Button look="primary" type="submit" isDisabled={isBusy || wait.leftS > 0}>
          {wait.leftS > 0 ? `Wait ${wait.leftS} s` : 'Log in'}
        </Button>
        <Failure error={faults.rest} kept="" />
      </div>
    </form>
  );
}

type Credentials = { username: string; password: string };

/**
 * What stands in the form, and not what was heard of typing: a password manager may have filled it in silently. With
 * a field still empty, null: the focus goes there.
 */
function typedIn(form: HTMLFormElement): Credentials | null {
  const data = new FormData(form);
  const [username, password] = [String(data.get('username') ?? ''), String(data.get('password') ?? '')];
  if (username.trim() !== '' && password !== '') return { username, password };
  const missing = form.querySelector<HTMLInputElement>(
    username.trim() === '' ? 'input[name=username]' : 'input[name=password]',
  );
  missing?.focus();
  return null;
}
