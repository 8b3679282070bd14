import { listQuery } from '@/lib/contracts/common';
import {
  bestLapFilter,
  bestLapList,
  circuitList,
  circuitStatistics,
  driverStatistics,
  namedInPath,
  statisticsFilter,
  vehicleList,
} from '@/lib/contracts/statistics';
import {
  getCircuitStatistics,
  getDriverStatistics,
  listBestLaps,
  listCircuits,
  listVehicles,
} from '@/lib/services/statistics';
import { operation } from '../operation';

const COUNTED =
  'Complete laps without estimated crossings count; `include_invalid=true` lets every lap count that was driven from line to line.';

export const listBestLapsOperation = operation('listBestLaps', {
  method: 'GET',
  path: '/api/v1/stats/best-laps',
  summary: 'The fastest laps, of one circuit or vehicle if wanted',
  description: COUNTED,
  action: listBestLaps.action,
  query: listQuery.extend(bestLapFilter.shape),
  csv: { name: 'best-laps.csv', omit: ['sectors'] },
  answer: bestLapList,
  fn: ({ ctx, query }) => listBestLaps(ctx, query),
});

export const getDriverStatisticsOperation = operation('getDriverStatistics', {
  method: 'GET',
  path: '/api/v1/stats/driver/{name}',
  summary: 'What a driver did, in all and on each circuit',
  description: `The name is compared exactly. ${COUNTED}`,
  action: getDriverStatistics.action,
  params: namedInPath,
  query: statisticsFilter,
  answer: driverStatistics,
  fn: ({ ctx, params, query }) => getDriverStatistics(ctx, { ...query, ...params }),
});

export const getCircuitStatisticsOperation = operation('getCircuitStatistics', {
  method: 'GET',
  path: '/api/v1/stats/circuit/{name}',
  summary: 'What was driven on a circuit',
  description: `The name is compared exactly; tracks of the same name count together. ${COUNTED}`,
  action: getCircuitStatistics.action,
  params: namedInPath,
  query: statisticsFilter,
  answer: circuitStatistics,
  fn: ({ ctx, params, query }) => getCircuitStatistics(ctx, { ...query, ...params }),
});

export const listCircuitsOperation = operation('listCircuits', {
  method: 'GET',
  path: '/api/v1/config/circuits',
  summary: 'Circuits by name',
  description: 'The tracks with little more than their names; `/api/v1/tracks` has all of them.',
  action: listCircuits.action,
  query: listQuery,
  csv: { name: 'circuits.csv' },
  answer: circuitList,
  fn: ({ ctx, query }) => listCircuits(ctx, query),
});

export const listVehiclesOperation = operation('listVehicles', {
  method: 'GET',
  path: '/api/v1/config/vehicles',
  summary: 'Vehicles by name, as sessions name them',
  action: listVehicles.action,
  query: listQuery,
  csv: { name: 'vehicles.csv' },
  answer: vehicleList,
  fn: ({ ctx, query }) => listVehicles(ctx, query),
});
