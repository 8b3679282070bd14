import { ApiFailure } from '@/components/hooks/api';

/** What went wrong, what was not lost, and the id that finds it in the server's log. */
export function Failure({ error, kept }: { error: Error | null; kept: string }) {
  if (!error) return null;
  const requestId = error instanceof ApiFailure ? error.requestId : null;
  return (
    <p role="alert" className="text-sm text-danger">
      {error.message} {kept}
      {requestId && <span className="block font-mono text-xs text-soft">request {requestId}</span>}
    </p>
  );
}
