import { z } from 'zod';
import { id, instant, listOf, milliseconds, plainText } from './common';
import { lapClass, lapSector } from './laps';

const circuit = z.object({ id, name: z.string() }).nullable();
const name = plainText.min(1).max(150);
/** Complete laps without estimated crossings count; true lets every lap count that was driven from line to line. */
const includeInvalid = z.stringbool().default(false);

export const statisticsFilter = z.object({ include_invalid: includeInvalid });
export type StatisticsFilter = z.infer<typeof statisticsFilter>;

/** Names are compared exactly. */
export const bestLapFilter = statisticsFilter.extend({ circuit: name.optional(), vehicle: name.optional() });
export type BestLapFilter = z.infer<typeof bestLapFilter>;

/** A lap among the fastest. `label` is what people call its entry. */
export const bestLap = z.object({
  lap_id: id,
  session_id: id,
  session_name: z.string(),
  simulated: z.boolean(),
  device_id: id,
  number: z.number().int(),
  class: lapClass,
  lap_time_ms: milliseconds,
  uncertainty_ms: milliseconds.nullable(),
  estimated: z.boolean(),
  started_at: instant,
  sectors: z.array(lapSector),
  label: z.string(),
  driver: z.string().nullable(),
  vehicle: z.string().nullable(),
  circuit,
});
export type BestLap = z.infer<typeof bestLap>;
export const bestLapList = listOf(bestLap);

export const namedInPath = z.object({ name });

const figures = {
  sessions_count: z.number().int(),
  laps_count: z.number().int(),
  best_lap_ms: milliseconds.nullable(),
  best_lap_id: id.nullable(),
  average_lap_ms: milliseconds.nullable(),
};

/** A driver on one circuit; null = sessions without a track. */
export const driverOnCircuit = z.object({ circuit, ...figures });
export type DriverOnCircuit = z.infer<typeof driverOnCircuit>;

/** `distance_m` is all that was driven, of whatever laps. */
export const driverStatistics = z.object({
  driver: z.string(),
  ...figures,
  distance_m: z.number(),
  circuits: z.array(driverOnCircuit),
});
export type DriverStatistics = z.infer<typeof driverStatistics>;

/** All tracks of this name together. */
export const circuitStatistics = z.object({
  circuit: z.string(),
  track_ids: z.array(id),
  ...figures,
  best_lap_driver: z.string().nullable(),
  best_lap_label: z.string().nullable(),
});
export type CircuitStatistics = z.infer<typeof circuitStatistics>;

export const circuitItem = z.object({
  id,
  name: z.string(),
  location: z.string(),
  length_m: z.number().nullable(),
});
export type CircuitItem = z.infer<typeof circuitItem>;
export const circuitList = listOf(circuitItem);

/** A car as sessions name it. */
export const vehicleItem = z.object({
  name: z.string(),
  car_class: z.string().nullable(),
  sessions_count: z.number().int(),
});
export type VehicleItem = z.infer<typeof vehicleItem>;
export const vehicleList = listOf(vehicleItem);
