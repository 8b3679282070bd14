import { afterAll, beforeAll, expect, test } from 'vitest';
import { POST as createTrack } from '@/app/api/v1/tracks/route';
import { PATCH as patchUser } from '@/app/api/v1/users/[id]/route';
import { apiError } from '@/lib/contracts/common';
import { userItem } from '@/lib/contracts/people';
import { trackShape } from '@/lib/contracts/tracks';
import { trackToFile } from '@/lib/formats/track-file';
import { circleTrack } from '../support/circle';
import { testDatabases } from '../support/database';
import { makePerson, type Person } from '../support/people';
import { openProduct, type Product } from '../support/product';

const [database] = await testDatabases();
if (!database) throw new Error('There is always the embedded database.');

let product: Product;
let admin: Person;
beforeAll(async () => {
  product = await openProduct(database);
  admin = await makePerson(product.ctx, 5);
});
afterAll(() => product?.stop());

const send = (handler: typeof createTrack, method: string, value: unknown, id = '1') =>
  handler(
    new Request('http://127.0.0.1:3000/api/v1/x', {
      method,
      body: JSON.stringify(value),
      headers: { ...admin.headers, 'content-type': 'application/json' },
    }),
    { params: Promise.resolve({ id }) },
  );

test('a track shorter than any number of the database is stored with the length 0', async () => {
  const centreline = [0, 1e-60, 2e-60].map((x) => ({ x, y: 0 }));
  const gate = circleTrack().checkpoints[0];
  const points = [
    { x: 0, y: -1 },
    { x: 0, y: 1 },
  ] as const;
  if (!gate) throw new Error('The circle has a start.');
  const track = {
    name: 'Dot',
    location: '',
    frame: 'planar' as const,
    checkpoints: [{ ...gate, points }],
    centreline,
  };
  const answer = await send(createTrack, 'POST', trackToFile(track));
  expect(trackShape.parse(await answer.json()).length_m).toBe(0);
});

test('a change of an account that changes nothing gives the account', async () => {
  const answer = await send(patchUser, 'PATCH', {}, String(admin.row.id));
  expect(userItem.parse(await answer.json()).id).toBe(admin.row.id);
});

test('a field that is not there is called missing', async () => {
  const answer = await send(createTrack, 'POST', { frame: 'planar' });
  const { errors } = apiError.parse(await answer.json());
  expect(errors).toEqual([
    { field: 'track', message: 'is missing' },
    { field: 'checkpoints', message: 'is missing' },
  ]);
});
