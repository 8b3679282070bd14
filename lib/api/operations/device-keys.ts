import { z } from 'zod';
import { id } from '@/lib/contracts/common';
import { deviceCreate, deviceKeyCreated, deviceKeyList } from '@/lib/contracts/device-keys';
import { addPhone, createDeviceKey, listDeviceKeys, revokeDeviceKey } from '@/lib/services/device-keys';
import { operation } from '../operation';

const ONCE =
  'The key is in this answer only. `path`, after the address of this server, is where the phone sends to.';

export const addPhoneOperation = operation('addPhone', {
  method: 'POST',
  path: '/api/v1/devices',
  summary: 'Make a device for a phone or tracker, with its first key',
  description: ONCE,
  action: addPhone.action,
  body: deviceCreate,
  answer: deviceKeyCreated,
  status: 201,
  fn: ({ ctx, body }) => addPhone(ctx, body),
});

export const listDeviceKeysOperation = operation('listDeviceKeys', {
  method: 'GET',
  path: '/api/v1/devices/{id}/keys',
  summary: 'The keys of a device, newest first',
  action: listDeviceKeys.action,
  params: z.object({ id }),
  answer: deviceKeyList,
  fn: ({ ctx, params }) => listDeviceKeys(ctx, params.id),
});

export const createDeviceKeyOperation = operation('createDeviceKey', {
  method: 'POST',
  path: '/api/v1/devices/{id}/keys',
  summary: 'One more key for a device',
  description: ONCE,
  action: createDeviceKey.action,
  params: z.object({ id }),
  answer: deviceKeyCreated,
  status: 201,
  fn: ({ ctx, params }) => createDeviceKey(ctx, params.id),
});

export const revokeDeviceKeyOperation = operation('revokeDeviceKey', {
  method: 'DELETE',
  path: '/api/v1/devices/{id}/keys/{key_id}',
  summary: 'Revoke a key of a device',
  description: 'It is refused at once; what came in by it stays.',
  action: revokeDeviceKey.action,
  params: z.object({ id, key_id: id }),
  answer: null,
  fn: ({ ctx, params }) => revokeDeviceKey(ctx, { deviceId: params.id, id: params.key_id }),
});
