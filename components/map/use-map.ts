'use client';

import type { GeoJSONSource, Map as MapLibre } from 'maplibre-gl';
import { type RefObject, useEffect, useRef, useState } from 'react';
import type { Tokens } from '@/components/hooks/use-tokens';
import { MAP_SOURCES, type MapFeatures } from './map-features';
import { MAX_ZOOM, mapStyle, racingGradient } from './map-style';
import type { Box } from './projection';

export type LiveMap = { map: MapLibre; maplibre: typeof import('maplibre-gl') };
type MapState = { live: LiveMap | null; failed: string | null };

/**
 * A map in `host`, made when features and colours are first known and again when the theme changes. New features
 * go into the map that is there; the view moves only when the box around everything changes.
 */
export function useMap(
  host: RefObject<HTMLDivElement | null>,
  features: MapFeatures | null,
  tokens: Tokens | null,
  tileUrl: string | null,
): MapState {
  const [state, setState] = useState<MapState>({ live: null, failed: null });
  const latest = useRef(features);
  latest.current = features;
  const present = features !== null;

  useEffect(() => {
    const place = host.current;
    const first = latest.current;
    if (!place || !tokens || !first || !present) return;
    let gone = false;
    let made: MapLibre | null = null;
    makeMap(place, first, tokens, tileUrl)
      .then((live) => {
        if (gone) return live.map.remove();
        made = live.map;
        setState({ live, failed: null });
      })
      .catch((error: unknown) => {
        const why = error instanceof Error ? error.message : String(error);
        if (!gone) setState({ live: null, failed: why });
      });
    return () => {
      gone = true;
      made?.remove();
      setState({ live: null, failed: null });
    };
  }, [host, present, tokens, tileUrl]);

  useShownFeatures(state.live, features, tokens);
  return state;
}

function useShownFeatures(live: LiveMap | null, features: MapFeatures | null, tokens: Tokens | null): void {
  const shownBox = useRef('');
  useEffect(() => {
    if (!live || !features || !tokens) return;
    for (const name of MAP_SOURCES) {
      live.map.getSource<GeoJSONSource>(name)?.setData(features[name]);
    }
    live.map.setPaintProperty('racing', 'line-gradient', racingGradient(features, tokens));
    const box = JSON.stringify(features.box);
    if (features.box && box !== shownBox.current) live.map.fitBounds(features.box, fitting());
    shownBox.current = box;
  }, [live, features, tokens]);
}

async function makeMap(
  place: HTMLDivElement,
  features: MapFeatures,
  tokens: Tokens,
  tileUrl: string | null,
): Promise<LiveMap> {
  const maplibre = await import('maplibre-gl');
  maplibre.setWorkerUrl(new URL('maplibre-gl/dist/maplibre-gl-worker.mjs', import.meta.url).toString());
  const map = new maplibre.Map({
    container: place,
    style: mapStyle(features, tokens, tileUrl),
    ...bounds(features.box),
    maxZoom: MAX_ZOOM,
    attributionControl: false,
    renderWorldCopies: false,
    cooperativeGestures: window.matchMedia('(pointer: coarse)').matches,
  });
  map.addControl(new maplibre.ScaleControl({ unit: 'metric' }), 'bottom-left');
  map.addControl(new maplibre.NavigationControl({ showCompass: false }), 'top-right');
  await new Promise<void>((resolve) => {
    map.once('load', () => resolve());
  });
  // The page's styles may have come after the map took its measure.
  map.resize();
  return { map, maplibre };
}

function bounds(box: Box | null) {
  return box ? { bounds: box, fitBoundsOptions: fitting() } : {};
}

function fitting() {
  return { padding: 36, animate: false, maxZoom: 22 };
}
