import { describe, expect, it } from 'vitest';
import { pageId } from '@/app/page-id';
import { sessionsQuery } from '@/app/sessions/sessions-query';

describe('the address of the list of sessions', () => {
  it('is read as the API reads it', () => {
    expect(sessionsQuery({ search: 'orl', track_id: '3', sort: 'best', cursor: '100' })).toEqual({
      search: 'orl',
      track_id: 3,
      sort: 'best',
      cursor: '100',
      limit: 100,
    });
  });

  it('still shows the list when a part of it is mistyped', () => {
    const query = sessionsQuery({
      search: 'orl',
      track_id: 'banana',
      sort: 'fastest',
      cursor: 'zzz',
      limit: '0',
    });
    expect(query).toEqual({ search: 'orl', sort: 'newest', limit: 100 });
  });
});

describe('the id in an address', () => {
  it('is a whole number above zero, nothing else', () => {
    expect(pageId('42')).toBe(42);
    for (const text of ['0', '-1', '1.5', '1e3', 'abc', '', '99999999999999999'])
      expect(pageId(text)).toBeNull();
  });
});
