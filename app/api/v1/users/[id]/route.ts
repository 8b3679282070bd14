import { deleteUserOperation, getUserOperation, updateUserOperation } from '@/lib/api/operations/users';
import { route } from '@/lib/api/route';

export const dynamic = 'force-dynamic';

export const { GET, POST, PUT, PATCH, DELETE } = route(
  getUserOperation,
  updateUserOperation,
  deleteUserOperation,
);
