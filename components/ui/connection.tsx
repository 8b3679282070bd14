'use client';

import { useQuery } from '@tanstack/react-query';
import { getJson } from '@/components/hooks/api';
import type { SystemStatus } from '@/lib/contracts/system';

const LOOKS = {
  good: { dot: 'bg-personal-best', words: 'connected' },
  database: { dot: 'bg-danger', words: 'database does not answer' },
  lost: { dot: 'bg-danger', words: 'server does not answer' },
};

/** A phone's bar has no room for a sentence: it hangs below the bar, over the page, so that nothing moves. */
const FAULT_ON_PHONE =
  'max-sm:absolute max-sm:inset-x-0 max-sm:top-full max-sm:border-b max-sm:border-line max-sm:bg-raised max-sm:px-3';

/** The state of the server as a dot with words; the page itself came from it, so it begins as connected. */
export function Connection() {
  const status = useQuery({
    queryKey: ['status'],
    queryFn: ({ signal }) => getJson<SystemStatus>('/api/v1/status', signal),
    refetchInterval: 10_000,
    retry: false,
  });
  const state = status.isError ? 'lost' : status.data?.database.ok === false ? 'database' : 'good';
  const { dot, words } = LOOKS[state];
  return (
    <span role="status" className="flex items-center gap-1.5 text-xs text-soft">
      <span
        aria-hidden
        className={`size-2 shrink-0 rounded-full ${dot} ${state === 'good' ? '' : 'rounded-none'}`}
      />
      <span className={state === 'good' ? 'max-sm:sr-only' : FAULT_ON_PHONE}>{words}</span>
    </span>
  );
}
