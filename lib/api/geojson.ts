import type { PositionList } from '@/lib/contracts/positions';
import { AppError } from '@/lib/errors';
import { attachment } from './csv';

/** Positions as GeoJSON: one line, its times beside it (epoch ms), or a point where there is only one. */
export function geoJsonResponse({ device_id, frame, items, next }: PositionList): Response {
  if (frame !== 'wgs84')
    throw new AppError(
      'bad_request',
      400,
      'format: GeoJSON holds latitude and longitude, and this device moves on a plane. Take json or csv.',
      [{ field: 'format', message: 'needs latitude and longitude' }],
    );
  const coordinates = items.map(({ lat = 0, lon = 0, altitude_m }) =>
    altitude_m === null ? [lon, lat] : [lon, lat, altitude_m],
  );
  const geometry =
    coordinates.length === 1
      ? { type: 'Point', coordinates: coordinates[0] }
      : { type: 'LineString', coordinates };
  const properties = { device_id, times_ms: items.map(({ time_ms }) => time_ms), next };
  const features = coordinates.length === 0 ? [] : [{ type: 'Feature', properties, geometry }];
  return Response.json(
    { type: 'FeatureCollection', features },
    {
      headers: {
        'Content-Type': 'application/geo+json',
        'Content-Disposition': attachment(`device-${device_id}-positions.geojson`),
        'Cache-Control': 'no-store',
      },
    },
  );
}
