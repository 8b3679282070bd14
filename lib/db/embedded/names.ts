import { code } from './protocol';

/** Where a client message names statements or portals: the offsets of those names. */
function namePlaces(m: Buffer): number[] {
  switch (m[0]) {
    case code('P'):
    case code('E'):
      return [5];
    case code('D'):
    case code('C'):
      return [6];
    case code('B'):
      return [5, m.indexOf(0, 5) + 1];
    default:
      return [];
  }
}

/**
 * All clients share PGlite's one session: puts `prefix` before every named statement and portal in a Parse, Bind,
 * Describe, Close or Execute message, so that two clients' names cannot meet. Unnamed ones stay unnamed.
 * `statements` follows which named statements this client holds.
 */
export function scopeNames(m: Buffer, prefix: Buffer, statements: Set<string>): Buffer {
  const places = namePlaces(m);
  const first = places[0];
  if (first === undefined) return m;
  const parts: Buffer[] = [];
  let from = 0;
  for (const at of places) {
    if (m[at] === 0) continue;
    parts.push(m.subarray(from, at), prefix);
    from = at;
  }
  if (parts.length === 0) return m;
  const name = m.toString('latin1', first, m.indexOf(0, first));
  if (m[0] === code('P')) statements.add(name);
  if (m[0] === code('C') && m[5] === code('S')) statements.delete(name);
  const scoped = Buffer.concat([...parts, m.subarray(from)]);
  scoped.writeInt32BE(scoped.length - 1, 1);
  return scoped;
}
