import { isIP } from 'node:net';

/**
 * What counts as one place on the network: an IPv4 address itself, the /64 of an IPv6 address (one subscriber has all
 * of it), the IPv4 address inside a mapped one. Whatever is no address is one place together: `unknown`.
 */
export function networkPrefix(address: string): string {
  const [bare = ''] = address.split('%');
  const kind = isIP(bare);
  if (kind === 4) return bare;
  if (kind === 0) return 'unknown';
  const groups = groupsOf(bare);
  const [g0, g1, g2, g3, g4, g5, high = 0, low = 0] = groups;
  const isMapped = [g0, g1, g2, g3, g4].every((group) => group === 0) && g5 === 0xffff;
  if (isMapped) return [high >> 8, high & 255, low >> 8, low & 255].join('.');
  const prefix = groups.slice(0, 4).map((group) => group.toString(16));
  return `${prefix.join(':')}::/64`;
}

/** The eight groups of a valid IPv6 address. The URL parser writes a dotted tail and capitals the one usual way. */
function groupsOf(address: string): number[] {
  const [head = '', tail = ''] = new URL(`http://[${address}]/`).hostname.slice(1, -1).split('::');
  const numbers = (text: string) =>
    text === '' ? [] : text.split(':').map((group) => Number.parseInt(group, 16));
  const first = numbers(head);
  const last = numbers(tail);
  return [...first, ...Array<number>(8 - first.length - last.length).fill(0), ...last];
}
