'use client';

import { MutationCache, QueryCache, QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { NuqsAdapter } from 'nuqs/adapters/next/app';
import { type ReactNode, useEffect, useState } from 'react';
import { ApiFailure } from '@/components/hooks/api';
import { onLogoutElsewhere, toLogin } from '@/components/hooks/login';
import { type Frame, FrameProvider } from './frame';
import type { Preferences } from './preference-cookies';
import { PreferencesProvider } from './preferences';

type ProvidersProps = { frame: Frame; preferences: Preferences; children: ReactNode };

export function Providers({ frame, preferences, children }: ProvidersProps) {
  const [queries] = useState(newQueryClient);
  const isLoggedIn = frame.viewer !== null;
  useEffect(() => (isLoggedIn ? onLogoutElsewhere(toLogin) : undefined), [isLoggedIn]);
  return (
    <QueryClientProvider client={queries}>
      <NuqsAdapter>
        <FrameProvider frame={frame}>
          <PreferencesProvider initial={preferences} isKept={isLoggedIn}>
            {children}
          </PreferencesProvider>
        </FrameProvider>
      </NuqsAdapter>
    </QueryClientProvider>
  );
}

function newQueryClient(): QueryClient {
  return new QueryClient({
    queryCache: new QueryCache({ onError: leaveWithoutLogin }),
    mutationCache: new MutationCache({ onError: leaveWithoutLogin }),
    defaultOptions: { queries: { retry: mayRetry, refetchOnWindowFocus: false } },
  });
}

/** A login that has ended meanwhile: the page leads to a new one and comes back. */
function leaveWithoutLogin(error: Error): void {
  if (error instanceof ApiFailure && error.status === 401) toLogin();
}

/** Once more when the server failed or was not there; what it refused it will refuse again. */
function mayRetry(failures: number, error: Error): boolean {
  const isRefused = error instanceof ApiFailure && error.status < 500;
  return failures < 1 && !isRefused;
}
