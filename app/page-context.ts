import { headers } from 'next/headers';
import { forbidden, redirect } from 'next/navigation';
import { connection } from 'next/server';
import { cache } from 'react';
import { placeAfterLogin } from '@/components/hooks/place-after-login';
import { contextFor, credentialsOf } from '@/lib/api/request-context';
import { stampOf } from '@/lib/api/request-stamp';
import type { Action } from '@/lib/auth/permissions';
import { serviceContext } from '@/lib/runtime';
import { authenticate } from '@/lib/services/authenticate';
import type { ServiceContext } from '@/lib/services/context';
import { refusalOf } from '@/lib/services/rights';
import { getSetupState } from '@/lib/services/setup';

/** What the services work with for the person who looks at a page; once per request. */
export const viewerContext = cache(async (): Promise<ServiceContext> => {
  await connection();
  const sent = await headers();
  const { cookie } = credentialsOf(sent);
  const actor = await authenticate(serviceContext(), { authorization: null, cookie });
  return contextFor(stampOf(sent), actor, sent.get('user-agent'));
});

/**
 * The same for a page that shows what `action` gives: who has not logged in is sent to the login (on a new server to
 * the set-up), who may not gets the page that says so.
 */
export async function pageContext(action: Action): Promise<ServiceContext> {
  const ctx = await viewerContext();
  const refusal = refusalOf(ctx, action);
  if (!refusal) return ctx;
  if (refusal.status !== 401) forbidden();
  const { done } = await getSetupState(ctx, undefined);
  const { path } = stampOf(await headers());
  redirect(done ? `/login?next=${encodeURIComponent(placeAfterLogin(path))}` : '/setup');
}
