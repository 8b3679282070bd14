import { expect, test } from 'vitest';
import { phoneAddress } from '@/scripts/server/phone-address';

test.each([
  ['/api/v1/osmand/pwd_a/?id=1&lat=2', '/api/v1/osmand/pwd_a?id=1&lat=2'],
  ['/api/v1/osmand/pwd_a/', '/api/v1/osmand/pwd_a'],
  ['/api/v1/osmand/pwd_a?x=/', '/api/v1/osmand/pwd_a?x=/'],
  ['/api/v1/osmand/pwd_a/more/?x', '/api/v1/osmand/pwd_a/more/?x'],
  ['/api/v1/osmand/', '/api/v1/osmand/'],
  ['/tracks/', '/tracks/'],
])('a phone’s address %s is %s', (url, expected) => {
  expect(phoneAddress(url)).toBe(expected);
});
