'use client';

import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { NuqsAdapter } from 'nuqs/adapters/next/app';
import { type ReactNode, useState } from 'react';
import type { Preferences } from './preference-cookies';
import { PreferencesProvider } from './preferences';

export function Providers({ preferences, children }: { preferences: Preferences; children: ReactNode }) {
  const [queries] = useState(
    () => new QueryClient({ defaultOptions: { queries: { retry: 1, refetchOnWindowFocus: false } } }),
  );
  return (
    <QueryClientProvider client={queries}>
      <NuqsAdapter>
        <PreferencesProvider initial={preferences}>{children}</PreferencesProvider>
      </NuqsAdapter>
    </QueryClientProvider>
  );
}
