import { z } from 'zod';
import { id } from '@/lib/contracts/common';
import {
  keyCreate,
  keyCreated,
  keyList,
  me,
  mePatch,
  passwordChange,
  tokenList,
} from '@/lib/contracts/people';
import { createKey, listKeys, revokeKey } from '@/lib/services/keys';
import { listTokens, revokeToken } from '@/lib/services/logins';
import { changePassword, getMe, updateMe } from '@/lib/services/me';
import { operation } from '../operation';

export const getMeOperation = operation('getMe', {
  method: 'GET',
  path: '/api/v1/me',
  summary: 'The account that asks',
  action: getMe.action,
  answer: me,
  fn: ({ ctx }) => getMe(ctx, undefined),
});

export const updateMeOperation = operation('updateMe', {
  method: 'PATCH',
  path: '/api/v1/me',
  summary: 'Change name, e-mail address, theme or units of the own account',
  action: updateMe.action,
  body: mePatch,
  answer: me,
  fn: ({ ctx, body }) => updateMe(ctx, body),
});

export const changePasswordOperation = operation('changePassword', {
  method: 'POST',
  path: '/api/v1/me/password',
  summary: 'Change the own password',
  description: 'Ends every login of the account, the asking one too: log in anew. Keys stay.',
  action: changePassword.action,
  body: passwordChange,
  answer: null,
  fn: ({ ctx, body }) => changePassword(ctx, body),
});

export const listTokensOperation = operation('listTokens', {
  method: 'GET',
  path: '/api/v1/me/tokens',
  summary: 'Logins of the own account that count',
  action: listTokens.action,
  answer: tokenList,
  fn: ({ ctx }) => listTokens(ctx, undefined),
});

export const revokeTokenOperation = operation('revokeToken', {
  method: 'DELETE',
  path: '/api/v1/me/tokens/{id}',
  summary: 'End a login of the own account',
  action: revokeToken.action,
  params: z.object({ id: z.uuid() }),
  answer: null,
  fn: ({ ctx, params }) => revokeToken(ctx, params.id),
});

export const listKeysOperation = operation('listKeys', {
  method: 'GET',
  path: '/api/v1/me/keys',
  summary: 'Keys of the own account',
  action: listKeys.action,
  answer: keyList,
  fn: ({ ctx }) => listKeys(ctx, undefined),
});

export const createKeyOperation = operation('createKey', {
  method: 'POST',
  path: '/api/v1/me/keys',
  summary: 'Make a key for a program',
  description: 'The key is in this answer only. It works at its owner’s level, as far as its scopes reach.',
  action: createKey.action,
  body: keyCreate,
  answer: keyCreated,
  status: 201,
  fn: ({ ctx, body }) => createKey(ctx, body),
});

export const revokeKeyOperation = operation('revokeKey', {
  method: 'DELETE',
  path: '/api/v1/me/keys/{id}',
  summary: 'Revoke a key of the own account',
  action: revokeKey.action,
  params: z.object({ id }),
  answer: null,
  fn: ({ ctx, params }) => revokeKey(ctx, params.id),
});
