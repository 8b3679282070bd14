import type { ExpressionSpecification, LayerSpecification, StyleSpecification } from 'maplibre-gl';
import type { Tokens } from '@/components/hooks/use-tokens';
import type { MapFeatures, SourceName } from './map-features';

/** Without this, short tracks are drawn in steps: the sources would be cut into tiles of zoom 18. */
export const MAX_ZOOM = 24;

/** A map without any tile server: the ground, the road, the laps and the gates. Tiles lie under it when given. */
export function mapStyle(features: MapFeatures, tokens: Tokens, tileUrl: string | null): StyleSpecification {
  const geojson = (name: SourceName) => ({
    type: 'geojson' as const,
    data: features[name],
    maxzoom: MAX_ZOOM,
    tolerance: 0.1,
    ...(name === 'racing' ? { lineMetrics: true } : {}),
  });
  return {
    version: 8,
    sources: {
      centreline: geojson('centreline'),
      laps: geojson('laps'),
      racing: geojson('racing'),
      gates: geojson('gates'),
      names: geojson('names'),
      ...(tileUrl ? { tiles: { type: 'raster' as const, tiles: [tileUrl], tileSize: 256 } } : {}),
    },
    layers: mapLayers(features, tokens, tileUrl !== null),
  };
}

function mapLayers(features: MapFeatures, tokens: Tokens, withTiles: boolean): LayerSpecification[] {
  const round = { 'line-join': 'round', 'line-cap': 'round' } as const;
  return [
    { id: 'ground', type: 'background', paint: { 'background-color': tokens('panel') } },
    ...(withTiles
      ? [{ id: 'tiles', type: 'raster' as const, source: 'tiles', paint: { 'raster-opacity': 0.7 } }]
      : []),
    line('road', 'centreline', { 'line-color': tokens('line'), 'line-width': 10 }, round),
    line('middle', 'centreline', { 'line-color': tokens('edge'), 'line-width': 1 }, round),
    line('casing', 'racing', { 'line-color': tokens('edge'), 'line-width': 7, 'line-opacity': 0.6 }, round),
    line('laps', 'laps', { 'line-color': ['get', 'color'], 'line-width': 1.5 }, round),
    line('racing', 'racing', { 'line-width': 4, 'line-gradient': racingGradient(features, tokens) }, round),
    line('gates', 'gates', { 'line-color': ['get', 'color'], 'line-width': 3 }, { 'line-cap': 'butt' }),
    {
      id: 'names',
      type: 'symbol',
      source: 'names',
      layout: {
        'text-field': ['get', 'name'],
        'text-font': ['sans-serif'],
        'text-size': 12,
        'text-variable-anchor': ['left', 'right', 'top', 'bottom'],
        'text-radial-offset': 0.9,
        'text-padding': 1,
      },
      paint: { 'text-color': tokens('text'), 'text-halo-color': tokens('panel'), 'text-halo-width': 2 },
    },
  ];
}

type LineLayer = Extract<LayerSpecification, { type: 'line' }>;

function line(
  id: string,
  source: SourceName,
  paint: NonNullable<LineLayer['paint']>,
  layout: NonNullable<LineLayer['layout']>,
): LineLayer {
  return { id, type: 'line', source, paint, layout };
}

/** The colours along the racing line; one plain colour when no speed is known. */
export function racingGradient(features: MapFeatures, tokens: Tokens): ExpressionSpecification {
  const [first, color, ...rest] = features.speedStops;
  if (typeof first !== 'number' || typeof color !== 'string' || rest.length < 2) {
    return ['interpolate', ['linear'], ['line-progress'], 0, tokens('accent'), 1, tokens('accent')];
  }
  return ['interpolate', ['linear'], ['line-progress'], first, color, ...rest];
}
