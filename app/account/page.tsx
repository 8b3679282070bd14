import type { Metadata } from 'next';
import { KeysPanel } from '@/components/account/keys-panel';
import { LoginsList } from '@/components/account/logins-list';
import { PasswordForm } from '@/components/account/password-form';
import { ProfileForm } from '@/components/account/profile-form';
import { ViewPreferences } from '@/components/account/view-preferences';
import { Section } from '@/components/ui/section';
import { listKeys } from '@/lib/services/keys';
import { listTokens } from '@/lib/services/logins';
import { getMe } from '@/lib/services/me';
import { pageContext } from '../page-context';

export const metadata: Metadata = { title: 'Account' };

export default async function AccountPage() {
  const ctx = await pageContext('key.list');
  const [me, logins, keys] = await Promise.all([
    getMe(ctx, undefined),
    listTokens(ctx, undefined),
    listKeys(ctx, undefined),
  ]);
  return (
    <div className="mx-auto flex max-w-5xl flex-col gap-8">
      <h1 className="text-xl font-semibold">
        Account{' '}
        <span className="text-base font-normal text-soft">
          level {me.level} · {me.level_name}
        </span>
      </h1>
      <div className="grid gap-x-12 gap-y-8 md:grid-cols-2">
        <div className="flex flex-col gap-8">
          <Section title="Profile">
            <ProfileForm me={me} />
          </Section>
          <Section title="View">
            <ViewPreferences />
          </Section>
        </div>
        <Section title="Password">
          <PasswordForm username={me.username} />
        </Section>
      </div>
      <Section title="Logins">
        <LoginsList logins={logins.items} />
      </Section>
      <Section title="API keys">
        <KeysPanel keys={keys.items} nowMs={Date.now()} />
      </Section>
    </div>
  );
}
