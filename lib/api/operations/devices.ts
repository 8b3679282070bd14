import { z } from 'zod';
import { id, listQuery } from '@/lib/contracts/common';
import { deviceItem, deviceList, devicePatch } from '@/lib/contracts/devices';
import { positionList, positionQuery } from '@/lib/contracts/positions';
import { getDevice, listDevices, updateDevice } from '@/lib/services/devices';
import { listPositions } from '@/lib/services/positions';
import { geoJsonResponse } from '../geojson';
import { operation } from '../operation';

const params = z.object({ id });

export const listDevicesOperation = operation('listDevices', {
  method: 'GET',
  path: '/api/v1/devices',
  summary: 'Devices, newest first',
  action: listDevices.action,
  query: listQuery,
  csv: { name: 'devices.csv', omit: ['live'] },
  answer: deviceList,
  fn: ({ ctx, query }) => listDevices(ctx, query),
});

export const getDeviceOperation = operation('getDevice', {
  method: 'GET',
  path: '/api/v1/devices/{id}',
  summary: 'One device',
  action: getDevice.action,
  params,
  answer: deviceItem,
  fn: ({ ctx, params }) => getDevice(ctx, params.id),
});

export const updateDeviceOperation = operation('updateDevice', {
  method: 'PATCH',
  path: '/api/v1/devices/{id}',
  summary: 'Rename a device, give it to somebody or share it',
  action: updateDevice.action,
  params,
  body: devicePatch,
  answer: deviceItem,
  fn: ({ ctx, params, body }) => updateDevice(ctx, { ...body, id: params.id }),
});

const STATE = ['speed_mps', 'course_deg', 'altitude_m', 'accuracy_m'];

export const listPositionsOperation = operation('listPositions', {
  method: 'GET',
  path: '/api/v1/devices/{id}/positions',
  summary: 'Where a device was, oldest first',
  description:
    'The window is [from, to) and at most 24 hours; without one of them 24 hours from the other, without both the newest 24 hours of the device.',
  action: listPositions.action,
  params,
  query: positionQuery,
  csv: {
    name: ({ id }) => `device-${id}-positions.csv`,
    columns: (_ctx, _given, [first]) => {
      const place = first && 'x_m' in first ? ['x_m', 'y_m'] : ['lat', 'lon'];
      return ['time_ms', ...place, ...STATE];
    },
    pageRows: 20_000,
    ownFormat: true,
  },
  answer: positionList,
  otherAnswers: [{ type: 'application/geo+json', description: 'The way as a line (`format=geojson`).' }],
  async fn({ ctx, params, query: { format, ...query } }) {
    const list = await listPositions(ctx, { ...query, id: params.id });
    return format === 'geojson' ? geoJsonResponse(list) : list;
  },
});
