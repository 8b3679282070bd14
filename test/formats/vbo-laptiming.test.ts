import { describe, expect, it } from 'vitest';
import type { Track } from '@/lib/timing/types';
import { read } from './reading';

/** Metres in a degree of latitude and of longitude at 45° north or south, WGS84. */
const [M_LAT, M_LON] = [111_131.75, 78_846.81];

type XY = readonly [number, number];

/** Fixes around a square of 400 m side, anticlockwise from its south-east corner, one each 5 m. */
const SQUARE: readonly XY[] = [
  ...Array.from({ length: 80 }, (_, i): XY => [400, 5 * i]),
  ...Array.from({ length: 80 }, (_, i): XY => [400 - 5 * i, 400]),
  ...Array.from({ length: 80 }, (_, i): XY => [0, 400 - 5 * i]),
  ...Array.from({ length: 80 }, (_, i): XY => [5 * i, 0]),
];

describe.each([
  [45, 13],
  [-45, -70],
])('the [laptiming] lines of a VBO at %d, %d', (LAT, LON) => {
  const minutes = (value: number) =>
    `${value < 0 ? '-' : '+'}${Math.abs(value * 60)
      .toFixed(6)
      .padStart(12, '0')}`;
  const lat = ([, y]: XY) => minutes(LAT + y / M_LAT);
  const west = ([x]: XY) => minutes(-(LON + x / M_LON));
  const east = ([x]: XY) => minutes(LON + x / M_LON);

  /** Two rounds of the square in a VBO with the given [laptiming] lines. */
  function trackOf(
    laptiming: readonly string[],
    gateHalfWidthM?: number,
  ): { track: Track | null; notes: string[] } {
    const rows = [...SQUARE, ...SQUARE].map((point, i) => {
      const seconds = String(i % 60).padStart(2, '0');
      const clock = `12${String(Math.floor(i / 60)).padStart(2, '0')}${seconds}.00`;
      return `${clock} ${lat(point)} ${west(point)} 018.000 0`;
    });
    const text = `File created on 05/03/2026 @ 12:00\n\n[laptiming]\n${laptiming.join('\n')}\n\n[column names]\ntime lat long velocity sats\n\n[data]\n${rows.join('\n')}\n`;
    return read('a.vbo', text, gateHalfWidthM === undefined ? {} : { gateHalfWidthM });
  }

  /** The gates' points in metres of the square. */
  function gates(
    track: Track | null,
  ): { name: string; type: string; points: number[][]; direction: number | null }[] {
    return (track?.checkpoints ?? []).map(({ name, type, points, direction }) => ({
      name,
      type,
      direction,
      points: points.map(({ x, y }) => [Math.round((x - LON) * M_LON), Math.round((y - LAT) * M_LAT)]),
    }));
  }

  const ends = (a: XY, b: XY) => `${lat(a)} ${west(a)} ${lat(b)} ${west(b)}`;

  it('are end points when they lie across the track (RaceBox)', () => {
    const { track } = trackOf([`Start ${ends([390, 100], [410, 100])} ¬ Start / Finish`]);
    expect(gates(track)).toEqual([
      {
        name: 'Start / Finish',
        type: 'start',
        points: [
          [390, 100],
          [410, 100],
        ],
        direction: null,
      },
    ]);
  });

  it('are a point of the gate and one behind it when they lie along the track (RaceChrono), longitude first', () => {
    const pair = (at: XY, behind: XY) => `${east(at)} ${lat(at)} ${east(behind)} ${lat(behind)}`;
    const { track, notes } = trackOf(
      [`Start ${pair([400, 100], [400, 85])} ¬ S/F`, `Split ${pair([200, 400], [215, 400])}`],
      10,
    );
    expect(gates(track)).toEqual([
      {
        name: 'S/F',
        type: 'start',
        points: [
          [390, 100],
          [410, 100],
        ],
        direction: 1,
      },
      {
        name: 'Split 1',
        type: 'sector',
        points: [
          [200, 390],
          [200, 410],
        ],
        direction: 1,
      },
    ]);
    expect(notes.join()).toContain('20 m wide');
  });

  it('have their sign decided by the data', () => {
    const wrongSign = ends([390, 100], [410, 100]).replaceAll('-', '+');
    expect(gates(trackOf([`Start ${wrongSign}`]).track)[0]?.points).toEqual([
      [390, 100],
      [410, 100],
    ]);
  });

  it('give splits in driven order, whatever their order in the file', () => {
    const { track } = trackOf([
      `Split ${ends([-10, 200], [10, 200])} ¬ west`,
      `Start ${ends([390, 100], [410, 100])}`,
      `Split ${ends([200, 390], [200, 410])} ¬ north`,
    ]);
    expect(gates(track).map(({ name }) => name)).toEqual(['Start', 'north', 'west']);
    expect(track?.checkpoints.map(({ number }) => number)).toEqual([1, 2, 3]);
  });

  it('keep a finish apart from the start, and drop one at the same place', () => {
    const start = `Start ${ends([390, 100], [410, 100])}`;
    expect(gates(trackOf([start, `Finish ${ends([390, 101], [410, 101])}`]).track)).toHaveLength(1);
    expect(gates(trackOf([start, `Finish ${ends([200, 390], [200, 410])}`]).track)[1]?.type).toBe('finish');
  });

  it('are left out with a note when they lie far from the data or are no numbers', () => {
    const { track, notes } = trackOf(['Start +00060.0 -00060.0 +00060.1 -00060.1', 'Split nonsense']);
    expect(track).toBeNull();
    expect(notes.join()).toContain('2 of 2');
  });
});
