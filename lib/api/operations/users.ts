import { z } from 'zod';
import { id, listQuery } from '@/lib/contracts/common';
import { userCreate, userFilter, userItem, userList, userPatch } from '@/lib/contracts/people';
import { createUser, deleteUser, getUser, listUsers, updateUser } from '@/lib/services/users';
import { operation } from '../operation';

const params = z.object({ id });

export const listUsersOperation = operation('listUsers', {
  method: 'GET',
  path: '/api/v1/users',
  summary: 'Accounts',
  action: listUsers.action,
  query: listQuery.extend(userFilter.shape),
  csv: { name: 'users.csv' },
  answer: userList,
  fn: ({ ctx, query }) => listUsers(ctx, query),
});

export const createUserOperation = operation('createUser', {
  method: 'POST',
  path: '/api/v1/users',
  summary: 'Make an account',
  description: 'Its level must be below the own one; level 5 may give every level.',
  action: createUser.action,
  body: userCreate,
  answer: userItem,
  status: 201,
  fn: ({ ctx, body }) => createUser(ctx, body),
});

export const getUserOperation = operation('getUser', {
  method: 'GET',
  path: '/api/v1/users/{id}',
  summary: 'One account',
  action: getUser.action,
  params,
  answer: userItem,
  fn: ({ ctx, params }) => getUser(ctx, params.id),
});

export const updateUserOperation = operation('updateUser', {
  method: 'PATCH',
  path: '/api/v1/users/{id}',
  summary: 'Change an account below the own level',
  description:
    'Level 0 deactivates it. A new level or password ends its logins. The last level 5 cannot be lowered.',
  action: updateUser.action,
  params,
  body: userPatch,
  answer: userItem,
  fn: ({ ctx, params, body }) => updateUser(ctx, { ...body, id: params.id }),
});

export const deleteUserOperation = operation('deleteUser', {
  method: 'DELETE',
  path: '/api/v1/users/{id}',
  summary: 'Delete an account',
  description: 'What it made stays, and belongs to nobody then. To keep it, set its level to 0 instead.',
  action: deleteUser.action,
  params,
  answer: null,
  fn: ({ ctx, params }) => deleteUser(ctx, params.id),
});
