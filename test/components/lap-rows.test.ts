import { describe, expect, it } from 'vitest';
import { moved, toggled } from '@/components/hooks/use-session-view';
import { lapRows, longestLap, referenceLap, sectorNumbers } from '@/components/timing/lap-rows';
import type { LapItem } from '@/lib/contracts/laps';
import type { SessionDetail, SessionEntry } from '@/lib/contracts/sessions';

function lap(id: number, change: Partial<LapItem>): LapItem {
  return {
    id,
    session_id: 1,
    entry_id: 1,
    device_id: 1,
    number: id,
    class: 'complete',
    reason: null,
    lap_time_ms: 60_000,
    uncertainty_ms: 4,
    estimated: false,
    started_at: '2026-03-14T09:00:00.000Z',
    started_ms: id * 60_000,
    ended_ms: (id + 1) * 60_000,
    sectors: [
      { number: 1, time_ms: 30_000 },
      { number: 2, time_ms: 30_000 },
    ],
    distance_m: 1000,
    top_speed_mps: 30,
    min_speed_mps: 10,
    stint: 1,
    track_revision: 1,
    source: 'gps',
    ...change,
  };
}

function entry(id: number, label: string): SessionEntry {
  return {
    id,
    device_id: id,
    device_name: label,
    label,
    number: null,
    driver: null,
    car: null,
    car_class: null,
    fixes: 0,
    rate_hz: null,
    rejected: {},
    distance_m: null,
    laps: 0,
    complete_laps: 0,
    best_ms: null,
    best_lap_id: null,
    best_uncertainty_ms: null,
    optimum_ms: null,
    consistency_ms: null,
  };
}

const session: SessionDetail = {
  id: 1,
  name: 'Test',
  kind: 'practice',
  started_at: '2026-03-14T09:00:00.000Z',
  ended_at: '2026-03-14T10:00:00.000Z',
  time_basis: 'utc',
  simulated: false,
  live: false,
  revision: 1,
  notes: [],
  owner: null,
  track: null,
  entries: [entry(2, 'Ada'), entry(1, 'Ben')],
};

const laps = [
  lap(0, { class: 'outlap', lap_time_ms: 40_000, sectors: [{ number: 1, time_ms: null }] }),
  lap(1, { lap_time_ms: 60_500 }),
  lap(2, { lap_time_ms: 60_200 }),
  lap(3, { entry_id: 2, number: 1, lap_time_ms: 59_900 }),
  lap(4, { class: 'invalid', reason: 'missed:2', lap_time_ms: 50_000 }),
];

describe('the rows of the lap table', () => {
  it('take the fastest lap that counts as reference, of all entries or of one', () => {
    expect(referenceLap(laps, null)?.id).toBe(3);
    expect(referenceLap(laps, 1)?.id).toBe(2);
    expect(referenceLap([laps[0] ?? lap(0, {})], null)).toBeNull();
  });

  it('fall back to the longest lap where none counts', () => {
    const driven = [lap(1, { distance_m: 300 }), lap(2, { distance_m: 900 }), lap(3, { distance_m: 500 })];
    expect(longestLap(driven)?.id).toBe(2);
    expect(longestLap([])).toBeNull();
  });

  it('follow the order of the entries, then the number of the lap', () => {
    const rows = lapRows(session, laps, null);
    expect(rows.map((row) => [row.entry, row.lap.number])).toEqual([
      ['Ada', 1],
      ['Ben', 0],
      ['Ben', 1],
      ['Ben', 2],
      ['Ben', 4],
    ]);
  });

  it('give a gap only to laps that count, and none to the reference itself', () => {
    const rows = lapRows(session, laps, referenceLap(laps, null));
    expect(rows.map((row) => row.gapMs)).toEqual([null, null, 600, 300, null]);
  });

  it('mark the best of the session and the best of each entry', () => {
    const rows = lapRows(session, laps, null);
    expect(rows.map((row) => row.mark)).toEqual(['session', null, null, 'personal', null]);
  });

  it('say in words why a lap does not count', () => {
    expect(lapRows(session, laps, null).at(-1)?.note).toBe('missed gate 2');
  });

  it('have one cell for every sector that occurs, also where a lap lacks it', () => {
    expect(sectorNumbers(laps)).toEqual([1, 2]);
    expect(lapRows(session, laps, null)[1]?.sectors).toEqual([
      { timeMs: null, mark: null },
      { timeMs: null, mark: null },
    ]);
  });
});

describe('the choice of laps', () => {
  it('takes a lap in and lets it go again', () => {
    expect(toggled([1, 2], 3)).toEqual([1, 2, 3]);
    expect(toggled([1, 2, 3], 2)).toEqual([1, 3]);
  });

  it('holds eight laps: the ninth pushes the first out', () => {
    expect(toggled([1, 2, 3, 4, 5, 6, 7, 8], 9)).toEqual([2, 3, 4, 5, 6, 7, 8, 9]);
  });

  it('moves its last lap to the neighbour, and stays at the ends', () => {
    const order = [10, 11, 12];
    expect(moved([5, 11], order, null, 1)).toEqual([5, 12]);
    expect(moved([5, 11], order, null, -1)).toEqual([5, 10]);
    expect(moved([12], order, null, 1)).toEqual([12]);
  });

  it('begins beside the reference when nothing is chosen, else with the first lap', () => {
    expect(moved([], [10, 11, 12], 11, 1)).toEqual([12]);
    expect(moved([], [10, 11, 12], null, 1)).toEqual([10]);
    expect(moved([], [], null, 1)).toEqual([]);
  });
});
