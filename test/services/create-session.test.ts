import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { SessionCreate } from '@/lib/contracts/sessions';
import { trackToFile } from '@/lib/formats/track-file';
import { createSession } from '@/lib/services/create-session';
import { deleteSession } from '@/lib/services/delete-session';
import { getLapTrace } from '@/lib/services/laps';
import { getSession, getSessionLaps } from '@/lib/services/sessions';
import { createTrack, deleteTrack, updateTrack } from '@/lib/services/track-edits';
import { circleCsv, circleTrack } from '../support/circle';
import { testDatabases } from '../support/database';
import { makePerson, type Person } from '../support/people';
import { openProduct, type Product } from '../support/product';

const databases = await testDatabases();
const START_MS = 1_750_000_000_000;
const LAP_MS = 30_000;
const iso = (timeMs: number) => new Date(timeMs).toISOString();

describe.each(databases)('a session made out of stored positions on $name', (database) => {
  let product: Product;
  let ada: Person;
  let trackId = 0;
  let deviceId = 0;
  let importedId = 0;
  beforeAll(async () => {
    product = await openProduct(database);
    ada = await makePerson(product.ctx, 1);
    trackId = (await createTrack(product.ctx, trackToFile(circleTrack()))).id;
    const csv = circleCsv({ startMs: START_MS, laps: 5, channels: { rpm: (row) => 1000 + row } });
    const [item] = await product.drop([{ name: 'a.csv', content: csv }]);
    importedId = item?.session_id ?? 0;
    const [entry] = (await getSession(product.ctx, importedId)).entries;
    deviceId = entry?.device_id ?? 0;
  });
  afterAll(() => product?.stop());

  const asked = (more: Partial<SessionCreate> = {}): SessionCreate => ({
    device_ids: [deviceId],
    track_id: trackId,
    name: 'the middle',
    kind: 'practice',
    // Begins inside the second lap.
    from: iso(START_MS + 1.75 * LAP_MS),
    to: iso(START_MS + 5.5 * LAP_MS),
    ...more,
  });
  const lapsOf = async (ref: number) => (await getSessionLaps(product.ctx, { ref })).items;

  test('has the laps of its window, to the millisecond those of the whole recording', async () => {
    const made = await createSession(ada.ctx, asked());
    expect(made.made).toBe(true);
    await product.idle();
    const session = await getSession(ada.ctx, made.session_id);
    expect(session).toMatchObject({ name: 'the middle', owner: { id: ada.row.id } });
    expect(session.entries[0]).toMatchObject({ fixes: 1125, rate_hz: expect.closeTo(10, 5) });
    const complete = (await lapsOf(made.session_id)).filter((lap) => lap.class === 'complete');
    const whole = (await lapsOf(importedId)).filter((lap) => lap.class === 'complete');
    expect(complete.length).toBeGreaterThanOrEqual(2);
    for (const lap of complete) {
      const same = whole.find((one) => Math.abs(one.started_ms - lap.started_ms) < 1);
      expect(same?.lap_time_ms).toBe(lap.lap_time_ms);
      const [part, full] = await Promise.all(
        [lap, same].map((one) => getLapTrace(product.ctx, { id: one?.id ?? 0, deviceId: null })),
      );
      // The channels stand beside the right positions, though the window begins in the middle.
      expect(part?.columns.rpm).toEqual(full?.columns.rpm);
    }
  });

  test('is the same session when it is asked for again, also twice at once', async () => {
    const window = { from: iso(START_MS + LAP_MS), name: 'twice' };
    const both = await Promise.all([
      createSession(ada.ctx, asked(window)),
      createSession(ada.ctx, asked({ ...window, device_ids: [deviceId, deviceId] })),
    ]);
    expect(new Set(both.map((one) => one.session_id)).size).toBe(1);
    expect(both.map((one) => one.made).sort()).toEqual([false, true]);
    expect((await createSession(ada.ctx, asked(window))).session_id).toBe(both[0]?.session_id);
  });

  test('is refused with its reason when it cannot be', async () => {
    const refused = (more: Partial<SessionCreate>, status: number, code: string) =>
      expect(createSession(ada.ctx, asked(more))).rejects.toMatchObject({ status, code });
    await refused({ to: asked().from }, 400, 'bad_request');
    await refused({ to: iso(START_MS + 25 * 3600 * 1000) }, 400, 'bad_request');
    await refused({ device_ids: [deviceId, 99_999] }, 404, 'not_found');
    await refused({ track_id: 99_999 }, 404, 'not_found');
    await refused({ from: iso(0), to: iso(1000) }, 422, 'no_fixes');
    const planar = { ...circleTrack('Flat'), frame: 'planar' as const };
    const flat = await createTrack(product.ctx, trackToFile(planar));
    await refused({ track_id: flat.id }, 409, 'frame');
  });

  test('takes a device of somebody else only from level 2 on', async () => {
    const [owner, boss] = [await makePerson(product.ctx, 1), await makePerson(product.ctx, 2)];
    await product.runtime.sql`update devices set owner_id = ${owner.row.id} where id = ${deviceId}`;
    const window = asked({ from: iso(START_MS + 2 * LAP_MS) });
    await expect(createSession(ada.ctx, window)).rejects.toMatchObject({ status: 403 });
    await createSession(owner.ctx, window);
    await createSession(boss.ctx, asked({ from: iso(START_MS + 3 * LAP_MS) }));
    await product.runtime.sql`update devices set owner_id = null where id = ${deviceId}`;
  });

  test('leaves a device that others share, with its positions, when it is deleted', async () => {
    await product.runtime.sql`update devices set source = 'traccar' where id = ${deviceId}`;
    const fixes = async () =>
      Number(
        (await product.runtime.sql`select count(*) as n from positions where device_id = ${deviceId}`)[0]?.n,
      );
    const before = await fixes();
    const sessions = await product.runtime.sql<{ session_id: number }[]>`
      select session_id from session_entries where device_id = ${deviceId}`;
    for (const { session_id } of sessions) await deleteSession(product.ctx, session_id);
    await product.idle();
    expect(await fixes()).toBe(before);
    expect(await product.runtime.sql`select 1 from devices where id = ${deviceId} and ready`).toHaveLength(1);
  });

  test('follows its track’s new revision; a track in use is not deleted', async () => {
    const made = await createSession(ada.ctx, asked({ name: 'follows' }));
    await product.idle();
    const before = await lapsOf(made.session_id);
    const track = circleTrack('Moved gates');
    const points = track.checkpoints.map((gate) => gate.points);
    const checkpoints = track.checkpoints.map((gate, index) => ({
      ...gate,
      points: points[(index + 1) % points.length] ?? gate.points,
    }));
    const edited = trackToFile({ ...track, checkpoints });
    const changed = await updateTrack(product.ctx, { id: trackId, file: edited });
    expect(changed).toMatchObject({ id: trackId, name: 'Moved gates' });
    await product.idle();
    const after = await lapsOf(made.session_id);
    expect(after.map((lap) => lap.track_revision)).toEqual(after.map(() => changed.revision));
    expect(after[1]?.started_ms).not.toBeCloseTo(before[1]?.started_ms ?? 0, 0);
    await expect(deleteTrack(product.ctx, trackId)).rejects.toMatchObject({ status: 409, code: 'in_use' });
    await deleteSession(ada.ctx, made.session_id);
    await deleteTrack(product.ctx, trackId);
    await expect(deleteTrack(product.ctx, trackId)).rejects.toMatchObject({ status: 404 });
  });
});
