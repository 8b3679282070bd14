'use client';

import 'maplibre-gl/dist/maplibre-gl.css';
import { useMemo, useRef } from 'react';
import { SPEED_UNIT, speedIn } from '@/components/format';
import type { Cursor } from '@/components/hooks/cursor';
import { useTokens } from '@/components/hooks/use-tokens';
import { usePreferences } from '@/components/ui/preferences';
import { type MapContent, mapFeatures } from './map-features';
import { scaleGradient, speedRange } from './speed-scale';
import { type CursorCar, useCursorMarkers } from './use-cursor-markers';
import { useMap } from './use-map';

type TrackMapProps = {
  content: MapContent;
  tileUrl: string | null;
  label: string;
  className: string;
  cursor?: Cursor;
  /** A marker for each, at the cursor. */
  cars?: readonly CursorCar[];
};

const NOBODY: readonly CursorCar[] = [];

/** The track with its gates and laps; works without any tile server and for tracks in plain metres. */
export function TrackMap({ content, tileUrl, label, className, cursor, cars = NOBODY }: TrackMapProps) {
  const host = useRef<HTMLDivElement>(null);
  const tokens = useTokens();
  const features = useMemo(() => (tokens ? mapFeatures(content, tokens) : null), [content, tokens]);
  const tiles = content.frame === 'wgs84' ? tileUrl : null;
  const { live, failed } = useMap(host, features, tokens, tiles);
  useCursorMarkers(live, content.frame, cursor ?? null, cars);
  return (
    <section
      aria-label={label}
      data-map={live ? 'drawn' : 'waiting'}
      className={`relative overflow-hidden rounded-md border border-line bg-panel ${className}`}
    >
      <div ref={host} className="track-map size-full" />
      <SpeedLegend speedMps={content.racing?.speedMps ?? []} />
      {failed && (
        <p className="absolute inset-0 grid place-content-center p-6 text-center text-sm text-soft">
          The map cannot be drawn here: {failed} The browser must offer WebGL 2.
        </p>
      )}
    </section>
  );
}

function SpeedLegend({ speedMps }: { speedMps: readonly number[] }) {
  const { units } = usePreferences();
  const range = useMemo(() => speedRange(speedMps), [speedMps]);
  if (!range) return null;
  const [low, high] = range.map((speed) => Math.round(speedIn(units, speed)));
  return (
    <p className="absolute right-2 bottom-2 flex items-center gap-2 rounded-md bg-page px-2 py-1 text-xs text-soft">
      <span>{low}</span>
      <span
        aria-hidden
        className="speed-scale h-2 w-24 rounded-full"
        style={{ backgroundImage: scaleGradient() }}
      />
      <span>
        {high} {SPEED_UNIT[units]}
      </span>
    </p>
  );
}
