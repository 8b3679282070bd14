import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fileHead } from '@/lib/formats/registry';
import { looksLikeTrackFile, parseTrackFile, writeTrackFile } from '@/lib/formats/track-file';
import { FormatError } from '@/lib/formats/types';
import type { Track } from '@/lib/timing/types';
import { bytesOf, SAMPLES } from './samples';

const gate = (number: number, type: string, more = '') =>
  `{"number":${number},"name":"g${number}","type":"${type}","points":[{"lat":41.${number},"lon":2},{"lat":41.${number},"lon":2.1}]${more}}`;
const file = (gates: readonly string[], more = '') =>
  `{"track":{"name":"Ring","location":"Here"},"checkpoints":[${gates.join(',')}]${more}}`;

function faultOf(text: string): string {
  try {
    parseTrackFile(text);
  } catch (error) {
    if (error instanceof FormatError) return error.message;
    throw error;
  }
  return 'no error';
}

describe('a track file', () => {
  it('is read from the JSON that the older system wrote', () => {
    const track = parseTrackFile(
      file([
        gate(1, 'start', ',"previous":null'),
        gate(2, 'sector', ',"previous":[1]'),
        gate(3, 'pit', ',"previous":[]'),
      ]),
    );
    expect(track).toMatchObject({ name: 'Ring', location: 'Here', frame: 'wgs84', centreline: null });
    expect(track.checkpoints[0]).toEqual({
      number: 1,
      name: 'g1',
      type: 'start',
      points: [
        { x: 2, y: 41.1 },
        { x: 2.1, y: 41.1 },
      ],
      previous: null,
      direction: null,
      closesLap: null,
    });
    expect(track.checkpoints.map(({ previous }) => previous)).toEqual([null, [1], null]);
  });

  it('is read in metres, with direction, closesLap and centreline', () => {
    const points = '"points":[{"x":0,"y":0},{"x":5,"y":0}]';
    const text = `{"schema":1,"frame":"planar","track":{"name":"Hall"},"centreline":[{"x":0,"y":0},{"x":9,"y":0},{"x":9,"y":9}],"checkpoints":[{"number":1,"type":"start",${points},"direction":-1},{"number":2,"type":"pit","points":[{"x":6,"y":0},{"x":9,"y":0}],"closesLap":true}]}`;
    const track = parseTrackFile(text);
    expect(track).toMatchObject({
      frame: 'planar',
      location: '',
      centreline: [
        { x: 0, y: 0 },
        { x: 9, y: 0 },
        { x: 9, y: 9 },
      ],
    });
    expect(track.checkpoints.map(({ direction, closesLap }) => [direction, closesLap])).toEqual([
      [-1, null],
      [null, true],
    ]);
  });

  it('names the JSON path of what is wrong', () => {
    expect(faultOf(file([gate(1, 'start'), gate(2, 'secter')]))).toContain('$.checkpoints[1].type');
    expect(faultOf(file([gate(1, 'start')]).replace('41.1', '141.1'))).toContain(
      '$.checkpoints[0].points[0].lat',
    );
    expect(faultOf(file([gate(1, 'start')]).replace('"name":"Ring",', ''))).toContain('$.track.name');
    expect(faultOf(file([]))).toContain('$.checkpoints');
    expect(faultOf('[]')).toContain('$:');
    expect(faultOf('{"track"')).toContain('no valid JSON');
  });

  it('needs two distinct points a gate, unique numbers and exactly one start', () => {
    expect(faultOf(file([gate(1, 'start').replace('"lon":2.1', '"lon":2')]))).toContain(
      '$.checkpoints[0].points: a gate needs two distinct points',
    );
    expect(faultOf(file([gate(1, 'start'), gate(1, 'sector')]))).toContain(
      '$.checkpoints[1].number: 1 is already the number of checkpoint [0]',
    );
    expect(faultOf(file([gate(1, 'sector')]))).toContain('exactly one gate of type start, not 0');
    expect(faultOf(file([gate(1, 'start'), gate(2, 'start')]))).toContain('not 2');
  });

  it('must be drivable: predecessors exist', () => {
    expect(faultOf(file([gate(1, 'start'), gate(2, 'sector', ',"previous":[9]')]))).toContain('9');
  });

  it('reads back as it was written, to the last digit', () => {
    const number = fc.double({ min: -80, max: 80, noNaN: true }).map((value) => value + 0);
    const point = fc.record({ x: number, y: number });
    const track = fc
      .record({
        name: fc.string({ minLength: 1, maxLength: 50 }),
        location: fc.string({ maxLength: 50 }),
        frame: fc.constantFrom('wgs84' as const, 'planar' as const),
        gates: fc.array(
          fc.tuple(
            point,
            point,
            fc.constantFrom(1 as const, -1 as const, null),
            fc.constantFrom(true, false, null),
          ),
          { minLength: 1, maxLength: 5 },
        ),
        centreline: fc.option(fc.array(point, { minLength: 3, maxLength: 6 })),
      })
      .filter(({ gates }) => gates.every(([a, b]) => a.x !== b.x || a.y !== b.y))
      .map(
        ({ gates, ...head }): Track => ({
          ...head,
          checkpoints: gates.map(([a, b, direction, closesLap], index) => ({
            number: index + 1,
            name: `gate ${index}`,
            type: index === 0 ? 'start' : 'sector',
            points: [a, b],
            previous: null,
            direction,
            closesLap,
          })),
        }),
      );
    fc.assert(
      fc.property(track, (value) => {
        // JSON has no negative zero.
        const plain: unknown = JSON.parse(JSON.stringify(value));
        expect(parseTrackFile(writeTrackFile(value))).toEqual(plain);
      }),
    );
  });

  it('refuses what is no circuit before it costs time: too many gates, numbers and places out of all range', () => {
    const many = [gate(1, 'start'), ...Array.from({ length: 200 }, (_, index) => gate(index + 2, 'sector'))];
    expect(faultOf(file(many))).toContain('$.checkpoints');
    expect(() => parseTrackFile(file(many.slice(0, 200)))).not.toThrow();
    expect(faultOf(file([gate(1, 'start'), gate(3_000_000_000, 'sector')]))).toContain('[1].number');
    const far = file([gate(1, 'start')])
      .replaceAll('"lat"', '"x"')
      .replaceAll('"lon"', '"y"');
    expect(() => parseTrackFile(far.replace('{', '{"frame":"planar",'))).not.toThrow();
    expect(faultOf(far.replace('{', '{"frame":"planar",').replace('2.1', '1e300'))).toContain('points');
  });

  it('is told from recordings by its head', () => {
    const isTrack = (bytes: Uint8Array) => looksLikeTrackFile(fileHead('a.json', bytes));
    expect(isTrack(bytesOf(file([gate(1, 'start')])))).toBe(true);
    expect(isTrack(bytesOf(`\uFEFF\n${file([gate(1, 'start')])}`))).toBe(true);
    expect(SAMPLES.filter(({ bytes }) => isTrack(bytes))).toEqual([]);
  });
});
