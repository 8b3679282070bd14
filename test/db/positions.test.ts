import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { packChannels, readChannels, unpackChannels } from '@/lib/db/channel-blocks';
import { type OpenDatabase, openDatabase } from '@/lib/db/client';
import { deleteBlocks, deleteFixes, insertFixes, newestFixUs, readFixes } from '@/lib/db/positions';
import { emptyColumns, normaliseColumns } from '@/lib/timing/normalise';
import type { Channel, FixColumns, Frame } from '@/lib/timing/types';
import { testDatabases } from '../support/database';

const databases = await testDatabases();

/** Awkward values: fractions of µs, unknown values, negative and tiny numbers. */
function awkwardFixes(frame: Frame, count: number): FixColumns {
  const fixes = emptyColumns(frame, count);
  for (let row = 0; row < count; row++) {
    fixes.timeMs[row] = 1_700_000_000_000 + row * 40.0004;
    fixes.x[row] = frame === 'planar' ? -row / 3 : -81.5 + Math.sin(row) / 7;
    fixes.y[row] = frame === 'planar' ? 1e-9 * row : 28.1 + Math.cos(row) / 7;
    fixes.speedMps[row] = row % 5 === 0 ? Number.NaN : row / 7;
    fixes.courseDeg[row] = (row * 1.1) % 360;
    fixes.altitudeM[row] = row % 2 ? -0.3 * row : Number.NaN;
    fixes.accuracyM[row] = Number.NaN;
  }
  return normaliseColumns(fixes).fixes;
}

const channelsFor = (count: number): Channel[] => [
  { name: 'rpm', unit: '1/min', values: Float64Array.from({ length: count }, (_, row) => 8000 + row / 3) },
  {
    name: 'gear',
    unit: '',
    values: Float64Array.from({ length: count }, (_, row) => (row % 9 ? 3 : Number.NaN)),
  },
];

test('channels pack and unpack to the bit, those with few decimals small', () => {
  const values = (value: (row: number) => number) =>
    Float64Array.from({ length: 1000 }, (_, row) => value(row));
  const awkward = [-0, 2 ** 53, 1e-300, Number.NaN, 0.1 + 0.2, Number.POSITIVE_INFINITY, 5e-7];
  const channels: Channel[] = [
    ...channelsFor(1000),
    {
      name: 'brake',
      unit: '',
      values: values((row) => (row % 7 ? Math.round(row * 13.7) / 100 : Number.NaN)),
    },
    { name: 'awkward', unit: '', values: values((row) => awkward[row % awkward.length] ?? 0) },
    { name: 'unknown', unit: '', values: values(() => Number.NaN) },
  ];
  const { kept, data } = packChannels(channels, 100, 900);
  expect(kept.map(({ scale }) => scale)).toEqual([null, 1, 100, null, 1]);
  const back = unpackChannels(data, kept, 800);
  expect(back).toEqual(channels.map((channel) => channel.values.slice(100, 900)));
  expect(packChannels(channels.slice(2, 3), 0, 1000).data.length).toBeLessThan(2500);
});

describe.each(databases)('positions on $name', ({ url }) => {
  let open: OpenDatabase;
  beforeAll(() => {
    open = openDatabase(url);
  });
  afterAll(() => open.close());

  test.each(['wgs84', 'planar'] as const)('gives %s fixes and channels back to the bit', async (frame) => {
    const device = frame === 'planar' ? 2 : 1;
    const fixes = awkwardFixes(frame, 20_000);
    const channels = channelsFor(fixes.count);
    for (let from = 0; from < fixes.count; from += 3000)
      await insertFixes(open.sql, device, fixes, channels, from, Math.min(from + 3000, fixes.count));
    expect(await readFixes(open.db, device, frame)).toEqual(fixes);
    expect(await readChannels(open.db, device, fixes.count)).toEqual(channels);
    expect(await newestFixUs(open.db, device)).toBe(Math.round((fixes.timeMs.at(-1) ?? 0) * 1000));
  });

  test('stores a row only once', async () => {
    const fixes = awkwardFixes('wgs84', 100);
    await insertFixes(open.sql, 3, fixes, channelsFor(100), 0, 60);
    await insertFixes(open.sql, 3, fixes, channelsFor(100), 0, 60);
    await insertFixes(open.sql, 3, fixes, channelsFor(100), 60, 100);
    expect(await readFixes(open.db, 3, 'wgs84')).toEqual(fixes);
    expect(await readChannels(open.db, 3, 100)).toEqual(channelsFor(100));
  });

  test('reads a window [from, to)', async () => {
    const fixes = awkwardFixes('wgs84', 100);
    await insertFixes(open.sql, 4, fixes, [], 0, 100);
    const at = (row: number) => Math.round((fixes.timeMs[row] ?? 0) * 1000);
    const part = await readFixes(open.db, 4, 'wgs84', at(10), at(20));
    expect(part.timeMs).toEqual(fixes.timeMs.slice(10, 20));
    expect((await readFixes(open.db, 99, 'wgs84')).count).toBe(0);
  });

  test('deletes a device piece by piece and nothing else', async () => {
    const fixes = awkwardFixes('wgs84', 100);
    await insertFixes(open.sql, 5, fixes, channelsFor(100), 0, 100);
    await insertFixes(open.sql, 6, fixes, [], 0, 100);
    expect(await deleteFixes(open.db, 5, 70)).toBe(70);
    expect(await deleteFixes(open.db, 5, 70)).toBe(30);
    expect(await deleteFixes(open.db, 5, 70)).toBe(0);
    await deleteBlocks(open.db, 5);
    expect((await readFixes(open.db, 6, 'wgs84')).count).toBe(100);
    expect(await readChannels(open.db, 5, 0)).toEqual([]);
  });
});
