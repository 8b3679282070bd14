import { expect, test } from 'vitest';
import { failureResponse } from '@/lib/api/failure';
import { apiError } from '@/lib/contracts/common';
import { openDatabase } from '@/lib/db/client';

test('a request that meets a dead database is told to come again, any other fault is not', async () => {
  // Nothing listens on port 1.
  const { db, close } = openDatabase('postgres://postgres:x@127.0.0.1:1/postgres');
  const fault = await db.execute('select 1').then(
    () => null,
    (error: unknown) => error,
  );
  await close();
  const away = failureResponse(fault, 'r1', '/api/v1/status');
  expect([away.status, away.headers.get('retry-after')]).toEqual([503, '2']);
  expect(apiError.parse(await away.json())).toMatchObject({ error: 'database_away', request_id: 'r1' });
  const bug = failureResponse(new TypeError('x is undefined'), 'r2', '/api/v1/status');
  expect(apiError.parse(await bug.json())).toMatchObject({ error: 'internal', status_code: 500 });
});
