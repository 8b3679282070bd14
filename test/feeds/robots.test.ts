import fc from 'fast-check';
import { expect, test } from 'vitest';
import { linesOf, parseRobotLine, robotEventOf, robotName } from '@/lib/feeds/robots';

const event = (line: string) => {
  const parsed = parseRobotLine(line);
  return 'fix' in parsed
    ? [parsed.fix.x, parsed.fix.y, parsed.fix.timeMs, parsed.name]
    : `ERR ${parsed.error}`;
};

test.each([
  ['0,0,0,Rob', [0, 0, 0, 'Rob']],
  ['1.5,-2,1700000000000,Rob Oto', [1.5, -2, 1_700_000_000_000, 'Rob Oto']],
  ['.5,5.,007,McDonalds', [0.5, 5, 7, 'McDonalds']],
  ['+1e3,-1E-3,9007199254740,mcdonalds', [1000, -0.001, 9_007_199_254_740, 'mcdonalds']],
  ['1,2,3, Rob ', [1, 2, 3, 'Rob']],
  ['1,2,3,a/b%2F', [1, 2, 3, 'a/b%2F']],
  ['1,2,3,e\u0301', [1, 2, 3, '\u00e9']],
  [`1,2,3,${'🤖'.repeat(150)}`, [1, 2, 3, '🤖'.repeat(150)]],
])('%s is an event', (line, expected) => {
  expect(event(line)).toEqual(expected);
});

test.each([
  ['', 'parts'],
  ['1,2,3', 'parts'],
  ['1,2,3,a,b', 'parts'],
  ['nan,2,3,a', 'x'],
  ['inf,2,3,a', 'x'],
  ['1e400,2,3,a', 'x'],
  ['1_000,2,3,a', 'x'],
  [' 1 ,2,3,a', 'x'],
  ['0x10,2,3,a', 'x'],
  ['1000000001,2,3,a', 'x'],
  ['1,,3,a', 'y'],
  ['1,--2,3,a', 'y'],
  ['1,2,-1,a', 'timestamp'],
  ['1,2,1.5,a', 'timestamp'],
  ['1,2,1e3,a', 'timestamp'],
  ['1,2,9007199254741,a', 'timestamp'],
  ['1,2,99999999999999999999,a', 'timestamp'],
  ['1,2,3,', 'name'],
  ['1,2,3,   ', 'name'],
  ['1,2,3,..', 'name'],
  ['1,2,3,a\tb', 'name'],
  ['1,2,3,a\0b', 'name'],
  ['1,2,3,\ud800', 'name'],
  [`1,2,3,${'a'.repeat(151)}`, 'name'],
])('%j is refused with its cause', (line, code) => {
  expect(event(line)).toBe(`ERR ${code}`);
});

test('as JSON the same rules count, and true is no number', () => {
  const of = (value: unknown) => {
    const parsed = robotEventOf(value);
    return 'fix' in parsed ? parsed.name : parsed.error;
  };
  expect(of({ robot: 'Rob', x: 1, y: 2, timestamp: 3 })).toBe('Rob');
  expect(of({ robot: 'Rob', x: true, y: 2, timestamp: 3 })).toBe('x');
  expect(of({ robot: 'Rob', x: 1, y: '2', timestamp: 3 })).toBe('y');
  expect(of({ robot: 'Rob', x: 1, y: 2, timestamp: 3.5 })).toBe('timestamp');
  expect(of({ robot: 'Rob', x: 1, y: 2, timestamp: -3 })).toBe('timestamp');
  expect(of({ robot: 5, x: 1, y: 2, timestamp: 3 })).toBe('name');
  expect(of({ robot: 'a,b', x: 1, y: 2, timestamp: 3 })).toBe('name');
  expect([of(null), of([]), of('x')]).toEqual(['parts', 'parts', 'parts']);
});

test('a message has a line for each event; the break after the last is none', () => {
  expect(linesOf('a\nb')).toEqual(['a', 'b']);
  expect(linesOf('a\r\nb\r\n')).toEqual(['a', 'b']);
  expect(linesOf('a\n\nb\n')).toEqual(['a', '', 'b']);
  expect(linesOf('')).toEqual(['']);
  expect(linesOf('\n')).toEqual(['']);
});

test('whatever is sent is an event that can be stored, or has a cause', () => {
  const cell = fc.oneof(fc.string({ unit: 'binary' }), fc.double().map(String), fc.bigInt().map(String));
  fc.assert(
    fc.property(fc.array(cell, { maxLength: 5 }), (cells) => {
      const parsed = parseRobotLine(cells.join(','));
      if ('error' in parsed) return;
      expect(robotName(parsed.name)).toBe(parsed.name);
      expect(Number.isSafeInteger(parsed.fix.timeMs * 1000)).toBe(true);
      expect(Math.abs(parsed.fix.x) <= 1e9 && Math.abs(parsed.fix.y) <= 1e9).toBe(true);
    }),
    { seed: 3, numRuns: 2_000 },
  );
});
