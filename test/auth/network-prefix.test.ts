import { isIP } from 'node:net';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { networkPrefix } from '@/lib/auth/network-prefix';

describe('the network prefix of an address', () => {
  it.each([
    ['192.0.2.7', '192.0.2.7'],
    ['::ffff:192.0.2.7', '192.0.2.7'],
    ['::FFFF:c000:0207', '192.0.2.7'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
    ['2001:DB8:1:2::', '2001:db8:1:2::/64'],
    ['2001:0db8:0001:0002:ffff::1', '2001:db8:1:2::/64'],
    ['fe80::1%eth0', 'fe80:0:0:0::/64'],
    ['::1', '0:0:0:0::/64'],
    ['::', '0:0:0:0::/64'],
    ['64:ff9b::192.0.2.7', '64:ff9b:0:0::/64'],
  ])('%s is %s', (address, prefix) => {
    expect(networkPrefix(address)).toBe(prefix);
  });

  it.each(['', '1.2.3', '192.0.2.7:80', '[::1]', '%', 'a'.repeat(10_000), '2001:db8::/32'])(
    'counts what is no address with all of its kind: %s',
    (text) => {
      expect(networkPrefix(text)).toBe('unknown');
    },
  );

  it('keeps the first four groups of any IPv6 address and nothing of the rest', () => {
    fc.assert(
      fc.property(fc.ipV6(), (address) => {
        fc.pre(isIP(address) === 6);
        const prefix = networkPrefix(address);
        if (!prefix.endsWith('::/64')) return;
        const groups = prefix.slice(0, -5).split(':');
        expect(groups).toHaveLength(4);
        expect(networkPrefix(`${groups.join(':')}:ffff:1:2:3`)).toBe(prefix);
      }),
    );
  });
});
