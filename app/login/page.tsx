import type { Metadata } from 'next';
import { redirect } from 'next/navigation';
import { placeAfterLogin } from '@/components/hooks/place-after-login';
import { Entrance } from '@/components/people/entrance';
import { FreshFrame } from '@/components/people/fresh-frame';
import { LoginForm } from '@/components/people/login-form';
import { getSetupState } from '@/lib/services/setup';
import { viewerContext } from '../page-context';

export const metadata: Metadata = { title: 'Log in' };

type LoginPageProps = { searchParams: Promise<Record<string, string | string[] | undefined>> };

export default async function LoginPage({ searchParams }: LoginPageProps) {
  const ctx = await viewerContext();
  const { next } = await searchParams;
  const place = placeAfterLogin(typeof next === 'string' ? next : null);
  if (ctx.caller.actor.kind === 'user') redirect(place);
  const { done, captcha_site_key } = await getSetupState(ctx, undefined);
  if (!done) redirect('/setup');
  return (
    <Entrance title="Log in">
      <FreshFrame />
      <LoginForm next={place} captchaSiteKey={captcha_site_key} />
    </Entrance>
  );
}
