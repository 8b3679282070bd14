'use client';

import { useQueries } from '@tanstack/react-query';
import type { LapItem, LapTrace } from '@/lib/contracts/laps';
import { getJson } from './api';

export type LapTraceState = { lap: LapItem; trace: LapTrace | null; failed: string | null };

/** The traces of laps, each fetched once for each revision of its session. */
export function useLapTraces(laps: readonly LapItem[], revision: number): LapTraceState[] {
  return useQueries({
    queries: laps.map((lap) => ({
      queryKey: ['trace', lap.device_id, lap.id, revision],
      queryFn: ({ signal }: { signal: AbortSignal }) =>
        getJson<LapTrace>(`/api/v1/laps/${lap.id}/trace?device_id=${lap.device_id}`, signal),
      staleTime: Number.POSITIVE_INFINITY,
    })),
    combine: (results) =>
      laps.map((lap, index) => ({
        lap,
        trace: results[index]?.data ?? null,
        failed: results[index]?.error?.message ?? null,
      })),
  });
}
