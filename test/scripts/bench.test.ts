import { describe, expect, it } from 'vitest';
import { median, quantile, sideBySide } from '@/scripts/bench/measure';
import { asJson, asText, type BenchReport } from '@/scripts/bench/report';

const report: BenchReport = {
  node: '20.0.0',
  platform: 'test',
  cores: 2,
  seconds: 1.23456,
  rows: [
    {
      work: 'something slow',
      result: { name: 'took', value: 1234.5678, unit: 'ms' },
      baseline: { name: 'plain', value: 0.123456, unit: 'ms' },
      ratio: 10_000.06,
      bar: '≤ 1 ms',
      met: false,
      more: [{ name: 'rows', value: 12, unit: '' }],
    },
  ],
  skipped: [{ bench: 'other', reason: 'it failed' }],
};

describe('the bench', () => {
  it('takes medians and quantiles of unsorted values', () => {
    expect(median([9, 1, 5])).toBe(5);
    expect(median([4, 1, 3, 2])).toBe(2.5);
    expect(quantile([5, 1, 4, 2, 3], 0.5)).toBe(3);
    expect(quantile([5, 1, 4, 2, 3], 0.99)).toBe(5);
    expect(median([])).toBeNaN();
  });

  it('runs both works in turn, once more than it counts', async () => {
    const order: string[] = [];
    await sideBySide(
      2,
      () => order.push('a'),
      () => order.push('b'),
    );
    expect(order).toEqual(['a', 'b', 'a', 'b', 'a', 'b']);
  });

  it('says a missed bar, the baseline with its ratio, and what was skipped', () => {
    const text = asText(report);
    expect(text).toMatch(/MISSED\s+something slow\s+1,235 ms\s+plain 0\.1235 ms, ratio 10,000\s+≤ 1 ms/);
    expect(text).toContain('rows 12');
    expect(text).toContain('skipped   other: it failed');
  });

  it('gives machines the same values to four digits', () => {
    const parsed: unknown = JSON.parse(asJson(report));
    expect(parsed).toMatchObject({
      seconds: 1.235,
      rows: [{ met: false, ratio: 10_000, result: { value: 1235 } }],
      skipped: [{ bench: 'other' }],
    });
  });
});
