'use client';

import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { NuqsAdapter } from 'nuqs/adapters/next/app';
import { type ReactNode, useState } from 'react';
import { ApiFailure } from '@/components/hooks/api';
import type { Preferences } from './preference-cookies';
import { PreferencesProvider } from './preferences';

export function Providers({ preferences, children }: { preferences: Preferences; children: ReactNode }) {
  const [queries] = useState(
    () => new QueryClient({ defaultOptions: { queries: { retry: mayRetry, refetchOnWindowFocus: false } } }),
  );
  return (
    <QueryClientProvider client={queries}>
      <NuqsAdapter>
        <PreferencesProvider initial={preferences}>{children}</PreferencesProvider>
      </NuqsAdapter>
    </QueryClientProvider>
  );
}

/** Once more when the server failed or was not there; what it refused it will refuse again. */
function mayRetry(failures: number, error: Error): boolean {
  const isRefused = error instanceof ApiFailure && error.status < 500;
  return failures < 1 && !isRefused;
}
