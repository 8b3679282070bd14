import type { Feature, FeatureCollection } from 'geojson';
import type { Tokens } from '@/components/hooks/use-tokens';
import type { CheckpointItem } from '@/lib/contracts/tracks';
import type { Frame, Point } from '@/lib/timing/types';
import { gateName, gateToken } from './gate-words';
import { type Box, boxOf, type LngLat, lngLat, thin } from './projection';
import { gradientStops, speedRange } from './speed-scale';

/** The sources of the map, in the order in which they are drawn. */
export const MAP_SOURCES = ['centreline', 'laps', 'racing', 'gates', 'names'] as const;
export type SourceName = (typeof MAP_SOURCES)[number];

export type DrawnLap = { key: string; token: string; x: readonly number[]; y: readonly number[] };
export type RacingLine = { x: readonly number[]; y: readonly number[]; speedMps: readonly number[] };

/** What a map shows, in the track's own frame. */
export type MapContent = {
  frame: Frame;
  gates: readonly CheckpointItem[];
  centreline: readonly Point[] | null;
  racing: RacingLine | null;
  laps: readonly DrawnLap[];
};

/** The same as the map's sources, with the box around all of it. */
export type MapFeatures = Record<SourceName, FeatureCollection> & {
  speedStops: (number | string)[];
  box: Box | null;
};

const MOST_POINTS = 2000;

export function mapFeatures(content: MapContent, tokens: Tokens): MapFeatures {
  const { frame } = content;
  const centreline = (content.centreline ?? []).map((point) => lngLat(frame, point));
  const [first] = centreline;
  const isOpen = content.gates.some((gate) => gate.type === 'finish');
  const racing = content.racing ? racingPoints(frame, content.racing) : null;
  const range = racing ? speedRange(racing.speedMps) : null;
  const laps = content.laps.map((lap) => lapPoints(frame, lap.x, lap.y));
  const gates = content.gates.map((gate) => ({
    gate,
    line: gate.points.map((point) => lngLat(frame, point)),
  }));
  return {
    centreline: collection(first ? [lineFeature(isOpen ? centreline : [...centreline, first])] : []),
    laps: collection(
      content.laps.map((lap, index) => lineFeature(laps[index] ?? [], { color: tokens(lap.token) })),
    ),
    racing: collection(racing && racing.line.length > 1 ? [lineFeature(racing.line)] : []),
    gates: collection(gates.map(({ gate, line }) => lineFeature(line, { color: tokens(gateToken(gate)) }))),
    names: collection(gates.flatMap(({ gate, line }) => nameFeature(gate, line))),
    speedStops: racing && range ? gradientStops(racing.line, racing.speedMps, range) : [],
    box: boxOf([
      ...centreline,
      ...(racing ? racing.line : laps.flat()),
      ...gates.flatMap(({ line }) => line),
    ]),
  };
}

function racingPoints(frame: Frame, racing: RacingLine): { line: LngLat[]; speedMps: number[] } {
  const known = racing.x.map((_, index) => index).filter((index) => Number.isFinite(racing.x[index]));
  const kept = thin(known, MOST_POINTS);
  return {
    line: kept.map((index) => lngLat(frame, { x: racing.x[index] ?? 0, y: racing.y[index] ?? 0 })),
    speedMps: kept.map((index) => racing.speedMps[index] ?? Number.NaN),
  };
}

function lapPoints(frame: Frame, x: readonly number[], y: readonly number[]): LngLat[] {
  return racingPoints(frame, { x, y, speedMps: [] }).line;
}

function nameFeature(gate: CheckpointItem, [a, b]: LngLat[]): Feature[] {
  if (!a || !b) return [];
  const middle = [(a[0] + b[0]) / 2, (a[1] + b[1]) / 2];
  return [
    {
      type: 'Feature',
      properties: { name: gateName(gate) },
      geometry: { type: 'Point', coordinates: middle },
    },
  ];
}

function lineFeature(line: LngLat[], properties: Record<string, string> = {}): Feature {
  return { type: 'Feature', properties, geometry: { type: 'LineString', coordinates: line } };
}

function collection(features: Feature[]): FeatureCollection {
  return { type: 'FeatureCollection', features };
}
