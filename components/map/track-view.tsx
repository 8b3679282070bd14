'use client';

import { useMemo } from 'react';
import { useLapTraces } from '@/components/hooks/use-lap-traces';
import { traceValues } from '@/components/timing/trace-values';
import type { TrackDetail } from '@/lib/contracts/tracks';
import type { MapContent } from './map-features';
import { TrackMap } from './track-map';

/** The map of a track by itself; where no centreline is known, the record lap shows where the road is. */
export function TrackView({ track, tileUrl }: { track: TrackDetail; tileUrl: string | null }) {
  const record = track.centreline ? undefined : track.records[0];
  const wanted = useMemo(
    () => (record ? [{ id: record.lap_id, device_id: record.device_id }] : []),
    [record],
  );
  const [driven] = useLapTraces(wanted, track.revision);
  const trace = driven?.trace ?? null;
  const content = useMemo<MapContent>(
    () => ({
      frame: track.frame,
      gates: track.checkpoints,
      centreline: track.centreline,
      racing: null,
      laps: trace ? [{ key: 'record', token: 'edge', ...traceValues(trace) }] : [],
    }),
    [track, trace],
  );
  return (
    <div className="relative">
      <TrackMap
        content={content}
        tileUrl={tileUrl}
        label={`Map of ${track.name}`}
        className="h-[50vh] lg:h-[calc(100dvh-10rem)]"
      />
      {trace && (
        <p className="absolute right-2 bottom-2 rounded-md bg-page px-2 py-1 text-xs text-soft">
          The line is the record lap; a centreline is not known
        </p>
      )}
    </div>
  );
}
