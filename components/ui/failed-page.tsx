'use client';

import { Button } from './button';
import { EmptyState } from './empty-state';

/** A page that could not be made: what happened, what was not lost, what to do. */
export function FailedPage({ digest, onRetry }: { digest: string | undefined; onRetry(): void }) {
  return (
    <EmptyState title="This page could not be shown" isPage>
      <p role="alert" className="max-w-lg">
        The server failed while it put the page together. Recordings and laps that were stored are not
        touched. Try again; if it fails again, the server's log says why under the id below.
      </p>
      <Button look="primary" onPress={onRetry}>
        Try again
      </Button>
      {digest && <p className="font-mono text-xs">id {digest}</p>}
    </EmptyState>
  );
}
