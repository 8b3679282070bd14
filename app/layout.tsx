import type { Metadata, Viewport } from 'next';
import { cookies } from 'next/headers';
import type { ReactNode } from 'react';
import { readPreferences } from '@/components/ui/preference-cookies';
import { Providers } from '@/components/ui/providers';
import { TopBar } from '@/components/ui/top-bar';
import { frameOfViewer } from './frame';
import './globals.css';

export const metadata: Metadata = {
  title: { default: 'Pitwall', template: '%s · Pitwall' },
  description: 'Self-hosted motorsport telemetry and lap timing',
};

export const viewport: Viewport = { colorScheme: 'dark light' };

export default async function RootLayout({ children }: { children: ReactNode }) {
  const jar = await cookies();
  const { frame, preferences: own } = await frameOfViewer();
  const preferences = own ?? readPreferences((name) => jar.get(name)?.value);
  return (
    <html lang="en" data-theme={preferences.theme}>
      <body>
        <a href="#content" className="skip">
          Skip to the content
        </a>
        <Providers frame={frame} preferences={preferences}>
          <TopBar />
          <main
            id="content"
            tabIndex={-1}
            className="mx-auto w-full max-w-[1600px] px-3 py-4 outline-none sm:px-4"
          >
            {children}
          </main>
        </Providers>
      </body>
    </html>
  );
}
