'use client';

import { useMemo } from 'react';
import type { TrackDetail } from '@/lib/contracts/tracks';
import { TrackMap } from './track-map';

/** The map of a track by itself. */
export function TrackView({ track, tileUrl }: { track: TrackDetail; tileUrl: string | null }) {
  const content = useMemo(
    () => ({
      frame: track.frame,
      gates: track.checkpoints,
      centreline: track.centreline,
      racing: null,
      laps: [],
    }),
    [track],
  );
  return (
    <TrackMap
      content={content}
      tileUrl={tileUrl}
      label={`Map of ${track.name}`}
      className="h-[50vh] lg:h-[calc(100dvh-10rem)]"
    />
  );
}
