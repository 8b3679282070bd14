'use client';

import 'maplibre-gl/dist/maplibre-gl.css';
import { type ReactNode, useMemo, useRef } from 'react';
import { useTokens } from '@/components/hooks/use-tokens';
import { Button } from '@/components/ui/button';
import type { TrackShape } from '@/lib/contracts/tracks';
import type { Frame } from '@/lib/timing/types';
import { mapFeatures } from './map-features';
import { useFollowCamera } from './use-follow-camera';
import { useMap } from './use-map';
import { type CarFeed, useMovingCars } from './use-moving-cars';

type LiveMapViewProps = {
  track: TrackShape | null;
  /** The track's, or what the cars' places tell where there is none. */
  frame: Frame;
  feed: CarFeed;
  followed: number | null;
  onFollow(entryId: number | null): void;
  tileUrl: string | null;
  label: string;
  /** What lies over its lower right corner. */
  children?: ReactNode;
};

/** The track with its moving cars; a car that is clicked is followed. */
export function LiveMapView({
  track,
  frame,
  feed,
  followed,
  onFollow,
  tileUrl,
  label,
  children,
}: LiveMapViewProps) {
  const host = useRef<HTMLDivElement>(null);
  const tokens = useTokens();
  const features = useMemo(
    () =>
      tokens
        ? mapFeatures(
            {
              frame,
              gates: track?.checkpoints ?? [],
              centreline: track?.centreline ?? null,
              racing: null,
              laps: [],
            },
            tokens,
          )
        : null,
    [frame, track, tokens],
  );
  const { live, failed } = useMap(host, features, tokens, frame === 'wgs84' ? tileUrl : null);
  const trails = useMovingCars(live, frame, feed, tokens, followed, onFollow);
  const camera = useFollowCamera(live, trails, feed, frame, followed, features?.box ?? null);
  return (
    <section
      aria-label={label}
      data-map={live ? 'drawn' : 'waiting'}
      className="live-map relative overflow-hidden rounded-md border border-line bg-panel"
    >
      <div ref={host} className="track-map absolute! inset-0" />
      <div className="absolute top-2 left-2 flex gap-2">
        {camera.isHeld && followed === null ? null : (
          <Button onPress={camera.whole}>{track ? 'Whole track' : 'All cars'}</Button>
        )}
        {!camera.isHeld && followed !== null && <Button onPress={camera.hold}>Keep in the middle</Button>}
      </div>
      <div className="pointer-events-none absolute right-2 bottom-2">{children}</div>
      {failed && (
        <p className="absolute inset-0 grid place-content-center p-6 text-center text-sm text-soft">
          The map cannot be drawn here: {failed} The browser must offer WebGL 2.
        </p>
      )}
    </section>
  );
}
