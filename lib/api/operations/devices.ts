import { z } from 'zod';
import { id, listQuery } from '@/lib/contracts/common';
import { deviceItem, deviceList, devicePatch } from '@/lib/contracts/devices';
import { getDevice, listDevices, updateDevice } from '@/lib/services/devices';
import { operation } from '../operation';

const params = z.object({ id });

export const listDevicesOperation = operation('listDevices', {
  method: 'GET',
  path: '/api/v1/devices',
  summary: 'Devices, newest first',
  action: listDevices.action,
  query: listQuery,
  csv: { name: 'devices.csv' },
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
