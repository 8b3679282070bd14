import { describe, expect, it } from 'vitest';
import { splitColumnName } from '@/lib/formats/column-roles';
import { fileHead, sniffFormat } from '@/lib/formats/registry';
import { bytesOf } from './samples';

describe('heads made to be slow', () => {
  it('are sniffed at once', () => {
    const units = [
      '[',
      '(',
      ',',
      '"',
      '$',
      '$GPRMC',
      '<!--',
      '<!DOCTYPE a',
      '[header',
      '{"a":',
      ' ',
      '\n',
      '\r',
      '[ ]',
    ];
    for (const unit of units) {
      const head = fileHead('a.csv', bytesOf(unit.repeat(Math.ceil(65_536 / unit.length))));
      const start = performance.now();
      sniffFormat(head);
      // They take a few ms; a step that is quadratic in the length takes seconds.
      expect(performance.now() - start, JSON.stringify(unit)).toBeLessThan(1000);
    }
  });

  it('split a column name at its last bracket', () => {
    expect(splitColumnName('a [b] [c]')).toEqual({ name: 'a [b]', unit: 'c', bracketed: true });
    expect(splitColumnName('Speed (Km/h)')).toEqual({ name: 'Speed', unit: 'Km/h', bracketed: true });
    expect(splitColumnName('[x]')).toEqual({ name: '[x]', unit: '', bracketed: false });
  });
});
