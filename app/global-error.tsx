'use client';

import { FailedPage } from '@/components/ui/failed-page';
import './globals.css';

/** Stands in for the whole document when even the frame failed. */
export default function GlobalErrorPage(props: { error: Error & { digest?: string }; reset(): void }) {
  return (
    <html lang="en" data-theme="system">
      <body className="p-4">
        <FailedPage digest={props.error.digest} onRetry={props.reset} />
      </body>
    </html>
  );
}
