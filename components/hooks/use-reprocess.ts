'use client';

import { useMutation } from '@tanstack/react-query';
import { useRouter } from 'next/navigation';
import type { SessionDetail } from '@/lib/contracts/sessions';
import { getJson, sendJson } from './api';

const ASK_EVERY_MS = 700;
const PATIENCE_MS = 120_000;

/** Starts the recalculation of a session's laps and shows the new ones when they are there. */
export function useReprocess(sessionId: number, revision: number) {
  const router = useRouter();
  const run = useMutation({
    mutationFn: async () => {
      await sendJson('POST', `/api/v1/sessions/${sessionId}/reprocess`);
      await newRevision(sessionId, revision);
      router.refresh();
    },
  });
  const words = run.isPending
    ? 'Calculating laps again…'
    : run.error
      ? `${run.error.message} The laps shown are the former ones.`
      : run.isSuccess
        ? 'Laps calculated again'
        : '';
  return { start: () => run.mutate(), running: run.isPending, failed: run.isError, words };
}

async function newRevision(sessionId: number, revision: number): Promise<void> {
  for (let waitedMs = 0; waitedMs < PATIENCE_MS; waitedMs += ASK_EVERY_MS) {
    const session = await getJson<SessionDetail>(`/api/v1/sessions/${sessionId}`);
    if (session.revision !== revision) return;
    await new Promise((resolve) => setTimeout(resolve, ASK_EVERY_MS));
  }
  throw new Error('It takes longer than two minutes; it goes on, so load the page again later.');
}
