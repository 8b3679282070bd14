'use client';

import { useQueries } from '@tanstack/react-query';
import type { LapItem, LapTrace } from '@/lib/contracts/laps';
import { getJson } from './api';

type LapKey = Pick<LapItem, 'id' | 'device_id'>;

export type LapTraceState<Lap extends LapKey = LapItem> = {
  lap: Lap;
  trace: LapTrace | null;
  failed: string | null;
};

/** The traces of laps, each fetched once for each revision of its session. */
export function useLapTraces<Lap extends LapKey>(
  laps: readonly Lap[],
  revision: number,
): LapTraceState<Lap>[] {
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
