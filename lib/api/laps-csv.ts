import type { LapItem } from '@/lib/contracts/laps';
import { csvResponse } from './csv';

const COLUMNS = [
  'id',
  'device_id',
  'number',
  'class',
  'reason',
  'lap_time_ms',
  'uncertainty_ms',
  'estimated',
  'started_at',
  'stint',
  'distance_m',
  'top_speed_mps',
  'min_speed_mps',
] as const;

/** Laps as a table; the sectors of the lap with the most of them make the last columns. */
export function lapsCsv(name: string, laps: readonly LapItem[]): Response {
  const sectors = Math.max(0, ...laps.map((lap) => lap.sectors.length));
  const numbers = Array.from({ length: sectors }, (_, index) => index + 1);
  const rows = laps.map((lap) => [
    ...COLUMNS.map((column) => lap[column]),
    ...numbers.map((number) => lap.sectors.find((sector) => sector.number === number)?.time_ms ?? null),
  ]);
  return csvResponse(name, [...COLUMNS, ...numbers.map((number) => `sector_${number}_ms`)], rows);
}
