'use client';

import { useMutation } from '@tanstack/react-query';
import { useRouter } from 'next/navigation';
import { type FormEvent, useState } from 'react';
import { sendJson } from '@/components/hooks/api';
import { useFaults } from '@/components/hooks/use-faults';
import { Button } from '@/components/ui/button';
import { Failure } from '@/components/ui/failure';
import { Field } from '@/components/ui/field';
import { Saved } from '@/components/ui/saved';
import type { Me } from '@/lib/contracts/people';

/** Name and e-mail address of the own account. */
export function ProfileForm({ me }: { me: Me }) {
  const [username, setUsername] = useState(me.username);
  const [email, setEmail] = useState(me.email ?? '');
  const router = useRouter();
  const save = useMutation({
    mutationFn: () => sendJson('PATCH', '/api/v1/me', { username, email: email.trim() || null }),
    onSuccess: () => router.refresh(),
  });
  const faults = useFaults(save.error, ['username', 'email']);
  const isSame = username.trim() === me.username && email.trim() === (me.email ?? '');
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!isSame && !save.isPending) save.mutate();
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
        maxLength={64}
        isRequired
      />
      <Field
        label="E-mail address"
        name="email"
        type="email"
        autoComplete="email"
        value={email}
        onChange={setEmail}
        fault={faults.of('email')}
        hint="Not needed; moderators see it."
      />
      <Failure error={faults.rest} kept="Name and address stay as they were." />
      <div className="flex items-center gap-3">
        <Button look="primary" type="submit" isDisabled={isSame || username.trim() === '' || save.isPending}>
          Save
        </Button>
        <Saved isShown={save.isSuccess && isSame}>Saved</Saved>
      </div>
    </form>
  );
}
