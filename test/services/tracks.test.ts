import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { trackToFile } from '@/lib/formats/track-file';
import { getSessionLaps, getSessionWithLaps } from '@/lib/services/sessions';
import { createTrack } from '@/lib/services/track-edits';
import { listTracks } from '@/lib/services/tracks';
import { circleCsv, circleTrack } from '../support/circle';
import { testDatabases } from '../support/database';
import { openProduct, type Product } from '../support/product';

const databases = await testDatabases();

describe.each(databases)('tracks on $name', (database) => {
  let product: Product;
  beforeAll(async () => {
    product = await openProduct(database);
  });
  afterAll(() => product?.stop());
  const outline = async () => (await listTracks(product.ctx, { limit: 10 })).items[0]?.outline ?? [];

  test('without a centreline are outlined by their gates, and by the record lap once there is one', async () => {
    const track = circleTrack();
    await createTrack(product.ctx, { ...trackToFile(track), centreline: null });
    expect(await outline()).toHaveLength(track.checkpoints.length);
    const [item] = await product.drop([
      { name: 'a.csv', content: circleCsv({ startMs: 1_750_000_000_000 }) },
    ]);
    expect(item?.status).toBe('done');
    const line = await outline();
    expect(line.length).toBeGreaterThan(60);
    expect(line.length).toBeLessThanOrEqual(120);
  });

  test('and sessions give the same laps alone and with their session', async () => {
    const { session, laps } = await getSessionWithLaps(product.ctx, 1);
    expect(laps.length).toBeGreaterThan(0);
    expect((await getSessionLaps(product.ctx, { ref: session.id })).items).toEqual(laps);
  });
});
