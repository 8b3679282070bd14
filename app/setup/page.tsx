import type { Metadata } from 'next';
import { redirect } from 'next/navigation';
import { Entrance } from '@/components/people/entrance';
import { SetupClosed } from '@/components/people/setup-closed';
import { SetupForm } from '@/components/people/setup-form';
import { getSetupState } from '@/lib/services/setup';
import { viewerContext } from '../page-context';

export const metadata: Metadata = { title: 'Set-up' };

export default async function SetupPage() {
  const { done, by } = await getSetupState(await viewerContext(), undefined);
  if (done) redirect('/login');
  return (
    <Entrance title="Set up Pitwall">
      {by === 'closed' ? (
        <SetupClosed />
      ) : (
        <>
          <p className="text-sm text-soft">
            Nobody has an account here yet. Make the first one: it may do everything, and makes the others.
          </p>
          <SetupForm withToken={by === 'token'} />
        </>
      )}
    </Entrance>
  );
}
