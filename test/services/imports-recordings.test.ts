import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { lapTrace } from '@/lib/db/laps';
import { loadTrace } from '@/lib/db/trace-blob';
import { readRecording } from '@/lib/formats/registry';
import { parseTrackFile, trackToFile } from '@/lib/formats/track-file';
import { getSession, getSessionLaps, recomputeSession } from '@/lib/services/sessions';
import { createTrack } from '@/lib/services/track-edits';
import { detectLaps } from '@/lib/timing/detect-laps';
import { normaliseColumns } from '@/lib/timing/normalise';
import { testDatabases } from '../support/database';
import { fileOf, openProduct, type Product } from '../support/product';
import { recording, recordings } from '../support/recordings';

const databases = await testDatabases();
const SETS = [
  { set: 'okc-dove-25hz', file: 'okc-tillotson-data.dovex', complete: 13 },
  { set: 'lignano-racebox-pits', file: 'racebox-lignano.vbo', complete: 10 },
];

describe.skipIf(!recordings()).each(databases)('importing recordings on $name', (database) => {
  let product: Product;
  beforeAll(async () => {
    product = await openProduct(database);
  });
  afterAll(() => product?.stop());

  test.each(SETS)(
    '$file gives the laps of the detector, and the same again from the database',
    async (one) => {
      const path = recording(one.set, one.file);
      const track = parseTrackFile(readFileSync(recording(one.set, 'track.json'), 'utf8'));
      const stored = await createTrack(product.ctx, trackToFile(track));
      const [item] = await product.drop([fileOf(path)]);
      expect(item).toMatchObject({ status: 'done', line: null });
      expect(item?.message).toContain(`${one.complete} laps, best `);
      expect(item?.message).toContain(`track ${stored.name}`);

      const { items: laps } = await getSessionLaps(product.ctx, { ref: item?.session_id ?? 0 });
      const [device] = readRecording(one.file, readFileSync(path)).devices;
      if (!device) throw new Error('The recording has no device.');
      const expected = detectLaps(track, normaliseColumns(device.fixes).fixes).laps;
      expect(laps.map((lap) => [lap.number, lap.class, lap.lap_time_ms])).toEqual(
        expected.map((lap) => [lap.number, lap.class, Math.round(lap.timeMs * 1000) / 1000]),
      );

      const before = await snapshot(item?.session_id ?? 0);
      await recomputeSession(product.ctx, item?.session_id ?? 0);
      await product.idle();
      expect(await snapshot(item?.session_id ?? 0)).toEqual(before);
      const session = await getSession(product.ctx, item?.session_id ?? 0);
      expect(session.revision).toBe(2);
      expect(session.entries[0]).toMatchObject({ complete_laps: one.complete, laps: expected.length });
    },
  );

  /** Everything that was derived, to the bit, with the laps' ids. */
  async function snapshot(session: number) {
    const { sql } = product.runtime;
    const laps = await sql`select * from laps where session_id = ${session} order by device_id, started_us`;
    const crossings = await sql`
      select * from crossings where session_id = ${session} order by device_id, time_us, checkpoint`;
    const traces = await Promise.all(
      laps.map(async (lap) => {
        const row = await lapTrace(product.ctx.db, Number(lap.id), null);
        return row && loadTrace(row);
      }),
    );
    const [entry] = await sql`select rejected, distance_m from session_entries where session_id = ${session}`;
    return { laps, crossings, traces, entry };
  }
});
