import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FORMATS, fileHead, HEAD_BYTES, sniffFormat } from '@/lib/formats/registry';
import { FormatError } from '@/lib/formats/types';
import { read, readInPieces, refusal } from './reading';
import { bytesOf, SAMPLES } from './samples';

describe('the registry', () => {
  it('knows each format by its content, whatever the file is called', () => {
    for (const { format, bytes } of SAMPLES) {
      for (const name of ['x', 'x.csv', 'x.vbo', 'x.json', 'x.raf']) {
        expect(sniffFormat(fileHead(name, bytes))?.id, `${format} as ${name}`).toBe(format);
      }
    }
  });

  it('has a sample of every format, and no two of one id', () => {
    const ids = FORMATS.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    expect(new Set(SAMPLES.map(({ format }) => format))).toEqual(new Set(ids));
  });

  it('says what to do with files that are no recordings', () => {
    const cases: [Uint8Array | string, string][] = [
      ['', 'empty'],
      [' \n ', 'only blanks'],
      [gzipSync(bytesOf('time_ms,lat,lon\n1,2,3\n')), 'gzip: unpack it first'],
      [new Uint8Array([0x50, 0x4b, 3, 4, 0, 0]), 'zip archive: unpack it first'],
      ['<!DOCTYPE html><html><body>404</body></html>', 'web page'],
      ['<?xml version="1.0"?><kml/>', 'XML, but no GPX'],
      [new Uint8Array(3000).map((_, i) => (i * 7919) % 251), 'binary data'],
      ['time_ms,lat,lon\r1,2,3\r4,5,6\r', 'lone carriage returns'],
      ['Dear diary', 'no known format'],
      [Uint8Array.from([0xff, 0xfe, ...utf16('time_ms,lat,lon\n')]), 'UTF-16'],
      [Uint8Array.from(utf16('time_ms,lat,lon\n1,2,3\n')), 'UTF-16'],
      ['{"track":{"name":"R","location":""},"checkpoints":[]}', 'track file, not a recording'],
    ];
    for (const [content, text] of cases) expect(refusal('laps.csv', content).message).toContain(text);
  });

  it('gives the same recording wherever the chunks end', () => {
    for (const { name, bytes } of SAMPLES) {
      const whole = read(name, bytes);
      fc.assert(
        fc.property(fc.array(fc.nat(), { maxLength: 40 }), (cuts) => {
          expect(readInPieces(name, bytes, cuts)).toEqual(whole);
        }),
        { numRuns: 50 },
      );
      expect(readInPieces(name, bytes, Array.from(bytes.keys()))).toEqual(whole);
    }
  });

  it('gives the same recording wherever the chunks end after the head too', () => {
    const rows = Array.from({ length: 6000 }, (_, i) => `${i},${41 + i / 1e6},2.25,${i % 50}`);
    const bytes = bytesOf(`time_ms,lat,lon,speed_mps\n${rows.join('\n')}\n`);
    expect(bytes.length).toBeGreaterThan(2 * HEAD_BYTES);
    const whole = read('a.csv', bytes);
    fc.assert(
      fc.property(fc.array(fc.nat(), { minLength: 1, maxLength: 40 }), (cuts) => {
        expect(readInPieces('a.csv', bytes, cuts)).toEqual(whole);
      }),
      { numRuns: 20 },
    );
  });
});

describe('damaged files', () => {
  /** Reads; true when it gave a recording with fixes, false when it was refused. Anything else is a bug. */
  function survives(name: string, bytes: Uint8Array): boolean {
    try {
      const { devices } = read(name, bytes);
      expect(devices.length).toBeGreaterThan(0);
      expect(devices.every(({ fixes }) => fixes.count > 0)).toBe(true);
      return true;
    } catch (error) {
      if (!(error instanceof FormatError)) throw error;
      expect(error.message.length).toBeGreaterThan(20);
      return false;
    }
  }

  it('never end in anything but a FormatError: every truncation of every sample', () => {
    for (const { name, bytes } of SAMPLES) {
      const step = Math.max(1, Math.floor(bytes.length / 1500));
      const whole = Array.from({ length: Math.floor(bytes.length / step) }, (_, i) =>
        survives(name, bytes.slice(0, i * step)),
      );
      expect(whole[0], name).toBe(false);
      expect(survives(name, bytes), name).toBe(true);
    }
  });

  it('never end in anything but a FormatError: changed bytes', () => {
    const sample = fc.constantFrom(...SAMPLES);
    const change = fc.tuple(fc.nat(), fc.integer({ min: 0, max: 255 }));
    fc.assert(
      fc.property(sample, fc.array(change, { minLength: 1, maxLength: 30 }), ({ name, bytes }, changes) => {
        const damaged = bytes.slice();
        for (const [at, value] of changes) damaged[at % damaged.length] = value;
        survives(name, damaged);
      }),
      { numRuns: 2000 },
    );
  });

  it('never end in anything but a FormatError: removed, doubled and swapped pieces', () => {
    const piece = fc.tuple(fc.nat(), fc.nat());
    fc.assert(
      fc.property(
        fc.constantFrom(...SAMPLES),
        fc.array(piece, { minLength: 1, maxLength: 6 }),
        ({ name, bytes }, pieces) => {
          const parts = pieces.flatMap(([from, length]) => [
            ...bytes.slice(from % bytes.length).slice(0, length % bytes.length),
          ]);
          survives(name, Uint8Array.from(parts));
        },
      ),
      { numRuns: 1000 },
    );
  });

  it('never end in anything but a FormatError: random bytes and random text behind a true beginning', () => {
    const tail = fc.oneof(
      fc.uint8Array({ maxLength: 3000 }),
      fc.string({ maxLength: 2000, unit: 'binary' }).map(bytesOf),
      fc.stringMatching(/^[-+0-9.,;" \n\r\t\][{}:eE$*A-Z<>/]{0,400}$/).map(bytesOf),
    );
    const beginning = fc.constantFrom(new Uint8Array(0), ...SAMPLES.map(({ bytes }) => bytes.slice(0, 1300)));
    fc.assert(
      fc.property(beginning, fc.nat(), tail, (begin, cut, rest) => {
        const head = begin.slice(0, cut % (begin.length + 1));
        survives('a.csv', Uint8Array.from([...head, ...rest]));
      }),
      { numRuns: 2000 },
    );
  });
});

function utf16(text: string): number[] {
  return [...text].flatMap((char) => [char.charCodeAt(0) & 0xff, char.charCodeAt(0) >> 8]);
}
