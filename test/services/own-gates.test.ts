import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readRecording } from '@/lib/formats/registry';
import { trackToFile } from '@/lib/formats/track-file';
import { vbo } from '@/lib/formats/vbo';
import { deleteSession } from '@/lib/services/delete-session';
import { getImport } from '@/lib/services/imports';
import { getSession, listSessions } from '@/lib/services/sessions';
import { createTrack } from '@/lib/services/track-edits';
import { listTracks } from '@/lib/services/tracks';
import { circleCsv, circleTrack } from '../support/circle';
import { testDatabases } from '../support/database';
import { openProduct, type Product } from '../support/product';

const databases = await testDatabases();

describe.each(databases)('what a file brings along on $name', (database) => {
  let product: Product;
  beforeAll(async () => {
    product = await openProduct(database);
  });
  afterAll(() => product?.stop());
  const tracks = async () => (await listTracks(product.ctx, { limit: 10 })).items;

  test('its own gates become a track, which the next such file finds again', async () => {
    const vboOf = (startMs: number, title: string): string => {
      const recording = readRecording('a.csv', Buffer.from(circleCsv({ startMs })));
      return [...(vbo.write?.({ ...recording, track: circleTrack(), title }) ?? [])].join('');
    };
    const [first] = await product.drop([{ name: 'heat.vbo', content: vboOf(1_750_000_000_000, 'Heat') }]);
    expect(first?.message).toBe('3 laps, best 0:30.000, track Heat');
    const session = await getSession(product.ctx, first?.session_id ?? 0);
    expect(session.notes).toContain('The gates of this file became the track Heat.');
    const [second] = await product.drop([{ name: 'next.vbo', content: vboOf(1_750_100_000_000, 'Next') }]);
    expect(second?.message).toBe('3 laps, best 0:30.000, track Heat');
    expect((await tracks()).map((track) => [track.name, track.sessions])).toEqual([['Heat', 2]]);
  });

  test('several devices in it become entries of one session where they overlap, else sessions of their own', async () => {
    await createTrack(product.ctx, trackToFile(circleTrack('Elsewhere', 3000)));
    const rowsOf = (device: string, startMs: number, lapS: number): string[] =>
      circleCsv({ startMs, lapS, eastM: 3000 })
        .trim()
        .split('\n')
        .slice(1)
        .map((row) => `${device},${row}`);
    const startMs = 1_755_000_000_000;
    const csv = [
      'device,time_ms,lat,lon,speed_mps',
      ...rowsOf('Ada', startMs, 30),
      ...rowsOf('Ben', startMs + 5000, 29),
      ...rowsOf('Cy', startMs + 3_600_000, 28),
    ].join('\n');
    const [item] = await product.drop([{ name: 'all.csv', content: csv }], { sessionName: 'Kart night' });
    expect(item).toMatchObject({ status: 'done', message: '9 laps, best 0:28.000, track Elsewhere' });
    const list = await listSessions(product.ctx, { limit: 10, sort: 'oldest', search: 'kart' });
    expect(list.items.map((session) => [session.entries, session.complete_laps, session.best_label])).toEqual(
      [
        [2, 6, 'Ben'],
        [1, 3, 'Cy'],
      ],
    );
    // Without its first session the import leads to the other; without both it is forgotten.
    await deleteSession(product.ctx, list.items[0]?.id ?? 0);
    expect((await getImport(product.ctx, item?.id ?? 0)).session_id).toBe(list.items[1]?.id);
    const [again] = await product.drop([{ name: 'all.csv', content: csv }]);
    expect(again).toMatchObject({ status: 'done', session_id: list.items[1]?.id });
    await deleteSession(product.ctx, list.items[1]?.id ?? 0);
    await expect(getImport(product.ctx, item?.id ?? 0)).rejects.toMatchObject({ code: 'not_found' });
    await product.idle();
    const left = await product.runtime.sql`
      select 1 from positions where device_id not in (select id from devices) limit 1`;
    expect(left).toHaveLength(0);
  });
});
