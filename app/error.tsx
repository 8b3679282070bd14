'use client';

import { FailedPage } from '@/components/ui/failed-page';

export default function ErrorPage(props: { error: Error & { digest?: string }; reset(): void }) {
  return <FailedPage digest={props.error.digest} onRetry={props.reset} />;
}
