import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { splitQuery } from '@/lib/api/filters';
import type { FilterFields } from '@/lib/contracts/filters';
import { isAppError } from '@/lib/errors';

const shape = {
  query: z.object({ limit: z.coerce.number().default(100), search: z.string().optional() }),
  filters: { lap_time_ms: 'number', class: 'text', started_at: 'instant', simulated: 'flag' },
} as const satisfies { query: z.ZodObject; filters: FilterFields };

const split = (search: string) => splitQuery(new URL(`http://pitwall.test/api/v1/laps?${search}`), shape);
const refusal = (search: string) => {
  try {
    return split(search);
  } catch (error) {
    if (isAppError(error)) return { status: error.status, message: error.message, errors: error.errors };
    throw error;
  }
};

describe('a query', () => {
  test.each([
    ['lap_time_ms<=90000', '<=', 90000],
    ['lap_time_ms<90000', '<', 90000],
    ['lap_time_ms>=80000.5', '>=', 80000.5],
    ['lap_time_ms>80000', '>', 80000],
    ['lap_time_ms=80000', '=', 80000],
    ['lap_time_ms%3C%3D90000', '<=', 90000],
    ['lap_time_ms%3C=90000', '<=', 90000],
    ['lap_time_ms%3E90000', '>', 90000],
    ['lap_time_ms>-5', '>', -5],
  ])('compares a number: %s', (search, comparison, value) => {
    expect(split(search).filters).toEqual([{ field: 'lap_time_ms', comparison, value }]);
  });

  test('takes texts, flags and instants', () => {
    const { filters } = split('class=complete&simulated=false&started_at>=2026-03-01T00:00:00Z');
    expect(filters.map(({ value }) => value)).toEqual(['complete', false, Date.UTC(2026, 2, 1)]);
    const at = Date.UTC(2026, 2, 1);
    expect(split('started_at<2026-03-01T02:00:00%2B02:00').filters[0]?.value).toBe(at);
    expect(split('started_at<2026-03-01T02:00:00+02:00').filters[0]?.value).toBe(at);
    expect(split(`started_at=${at}`).filters[0]?.value).toBe(at);
    expect(split('class=a%3Cb%3Dc').filters[0]?.value).toBe('a<b=c');
    expect(split('class=').filters[0]?.value).toBe('');
  });

  test('asks several things of one field, all to be met', () => {
    const { filters } = split('lap_time_ms>=80000&lap_time_ms<90000');
    expect(filters.map(({ comparison }) => comparison)).toEqual(['>=', '<']);
  });

  test('keeps the parameters of the operation apart', () => {
    expect(split('limit=5&search=a&class=complete')).toEqual({
      query: { limit: '5', search: 'a' },
      filters: [{ field: 'class', comparison: '=', value: 'complete' }],
    });
  });

  test.each([
    ['colour=red', 'colour', 'class'],
    ['colour<5', 'colour', 'limit, search'],
    ['__proto__=1', '__proto__', 'is no parameter'],
    ['constructor<=1', 'constructor', 'is no parameter'],
    ['<=5', '', 'is no parameter'],
    ['lap_time_ms=fast', 'lap_time_ms', 'must be a number'],
    ['lap_time_ms<', 'lap_time_ms', 'must be a number'],
    ['lap_time_ms==5', 'lap_time_ms', 'must be a number'],
    ['lap_time_ms=1e5', 'lap_time_ms', 'must be a number'],
    ['lap_time_ms=0x10', 'lap_time_ms', 'must be a number'],
    [`lap_time_ms=${'9'.repeat(400)}`, 'lap_time_ms', 'must be a number'],
    ['class<complete', 'class', 'cannot be compared'],
    ['simulated>=true', 'simulated', 'cannot be compared'],
    ['simulated=1', 'simulated', 'true or false'],
    ['started_at>=2026-03-01', 'started_at', '2026-03-01T00:00:00Z'],
    ['started_at>=2026-03-01T00:00:00', 'started_at', 'with its zone'],
    ['started_at>=2026-02-30T00:00:00Z', 'started_at', 'must be an instant'],
    ['class=%00', 'class', 'plain characters'],
    [`class=${'a'.repeat(201)}`, 'class', 'at most 200'],
    ['limit=1&limit=2', 'limit', 'twice'],
    ['limit<5', 'limit', 'takes = only'],
  ])('is refused with its field and what to do: %s', (search, field, words) => {
    expect(refusal(search)).toMatchObject({
      status: 400,
      message: expect.stringContaining(words),
      errors: [{ field }],
    });
  });

  test('asks at most 20 things', () => {
    expect(split(Array(20).fill('class=a').join('&')).filters).toHaveLength(20);
    expect(refusal(Array(21).fill('class=a').join('&'))).toMatchObject({ status: 400 });
  });
});
