import { describe, expect, it } from 'vitest';
import { lineReader, MAX_LINE_BYTES } from '@/lib/formats/text-lines';
import { FormatError } from '@/lib/formats/types';
import { bytesOf } from './samples';

function linesOf(pieces: readonly string[]): [number, string][] {
  const seen: [number, string][] = [];
  const reader = lineReader((bytes, start, end, line) => {
    seen.push([line, new TextDecoder().decode(bytes.subarray(start, end))]);
  });
  for (const piece of pieces) reader.push(bytesOf(piece));
  reader.end();
  return seen;
}

describe('lines of a byte stream', () => {
  it('are the same wherever the chunks end, with LF or CRLF, with or without a last line end', () => {
    const expected = [
      [1, 'ab'],
      [2, ''],
      [3, 'c'],
    ];
    expect(linesOf(['ab\n\nc'])).toEqual(expected);
    expect(linesOf(['ab\r\n\r\nc\r\n'])).toEqual(expected);
    expect(linesOf(['a', 'b\r', '\n\r', '\nc', '\r\n'])).toEqual(expected);
  });

  it('lose a byte order mark, also one that is cut in two', () => {
    expect(linesOf(['\uFEFFab\nc'])).toEqual([
      [1, 'ab'],
      [2, 'c'],
    ]);
    const seen: string[] = [];
    const reader = lineReader((bytes, start, end) => {
      seen.push(new TextDecoder().decode(bytes.subarray(start, end)));
    });
    reader.push(new Uint8Array([0xef]));
    reader.push(new Uint8Array([0xbb, 0xbf, 0x61, 0x0a]));
    reader.end();
    expect(seen).toEqual(['a']);
  });

  it('are bounded: a line above the limit is refused with its number, in one chunk or in many', () => {
    const long = 'x'.repeat(MAX_LINE_BYTES + 1);
    const failed = (pieces: readonly string[]) => {
      try {
        linesOf(pieces);
      } catch (error) {
        return error instanceof FormatError ? error.line : error;
      }
      return 'no error';
    };
    expect(failed([`a\n${long}\nb`])).toBe(2);
    expect(failed(['a\n', long.slice(0, 700_000), long.slice(700_000)])).toBe(2);
  });
});
