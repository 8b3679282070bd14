import { BlockList, isIP, isIPv4 } from 'node:net';

export type HeaderValues = Readonly<Record<string, string | readonly string[] | undefined>>;

/** Whose word on a client's address counts. */
export type TrustedProxies = { has(ip: string): boolean; isEmpty: boolean };

export type Client = {
  /** Canonical: IPv6 in its short form, IPv4 never mapped into IPv6. */
  ip: string;
  /** How the client speaks to the outermost proxy, or to this server. */
  scheme: 'http' | 'https';
  /** The country that Cloudflare found, as two capitals. */
  country: string | null;
  /** Whether the client sits at this machine, as far as a server can tell: nobody else may claim a new server. */
  isLocal: boolean;
};

/** One address or CIDR block per entry, as the environment has checked them. Throws on any other text. */
export function trustedProxies(entries: readonly string[]): TrustedProxies {
  const blocks = new BlockList();
  for (const entry of entries) {
    const [address = '', bits] = entry.split('/');
    const ip = parseAddress(address) ?? address;
    const family = isIPv4(ip) ? 'ipv4' : 'ipv6';
    if (bits === undefined) blocks.addAddress(ip, family);
    // A block of mapped IPv4 addresses is a block of IPv4 addresses.
    else blocks.addSubnet(ip, Number(bits) - (family === 'ipv4' && address.includes(':') ? 96 : 0), family);
  }
  return {
    has: (ip) => isIP(ip) !== 0 && blocks.check(ip, isIPv4(ip) ? 'ipv4' : 'ipv6'),
    isEmpty: entries.length === 0,
  };
}

/**
 * Who asks. `peer` is the other end of the connection, `headers` as Node joins them. Forwarding headers count only
 * from trusted peers. Never throws: what is no address is not believed.
 */
export function clientOf(request: {
  peer: string | undefined;
  headers: HeaderValues;
  hostIsLoopback: boolean;
  trusted: TrustedProxies;
}): Client {
  const { headers, hostIsLoopback, trusted } = request;
  const peer = parseAddress(request.peer ?? '') ?? UNKNOWN;
  const isLocal = hostIsLoopback && isLoopback(peer) && trusted.isEmpty && !isForwarded(headers);
  if (!trusted.has(peer)) return { ip: peer, scheme: 'http', country: null, isLocal };
  const cloudflare = parseAddress(textOf(headers['cf-connecting-ip']));
  const ip = walk(textOf(headers['x-forwarded-for']), peer, trusted) ?? cloudflare ?? peer;
  const country = cloudflare === ip ? countryCode(textOf(headers['cf-ipcountry'])) : null;
  return { ip, scheme: schemeOf(textOf(headers['x-forwarded-proto'])), country, isLocal };
}

/** Whether an address or `localhost` means this machine alone. */
export function isLoopback(host: string): boolean {
  if (host.toLowerCase() === 'localhost') return true;
  const ip = parseAddress(host);
  return ip !== null && (ip === '::1' || (isIPv4(ip) && ip.startsWith('127.')));
}

/** The address in a text, canonical, without port, brackets and zone; null when there is none. */
export function parseAddress(text: string): string | null {
  const trimmed = text.trim();
  const bare =
    /^\[([^\]]*)\](?::\d{1,5})?$/.exec(trimmed)?.[1] ?? /^([\d.]+):\d{1,5}$/.exec(trimmed)?.[1] ?? trimmed;
  const ip = bare.replace(/%[\w.-]*$/, '');
  if (isIPv4(ip)) return ip;
  if (isIP(ip) === 0) return null;
  const short = new URL(`http://[${ip}]`).hostname.slice(1, -1);
  const [, high, low] = /^::ffff:([\da-f]{1,4}):([\da-f]{1,4})$/.exec(short) ?? [];
  if (high === undefined || low === undefined) return short;
  const [a, b] = [Number.parseInt(high, 16), Number.parseInt(low, 16)];
  return [a >> 8, a & 255, b >> 8, b & 255].join('.');
}

/** Of a connection that has ended already. */
const UNKNOWN = '0.0.0.0';

/** From the nearest proxy outwards to the first that is none of ours; null when nothing was forwarded. */
function walk(forwardedFor: string, peer: string, trusted: TrustedProxies): string | null {
  if (forwardedFor.trim() === '') return null;
  let client = peer;
  for (const entry of forwardedFor.split(',').reverse()) {
    const ip = parseAddress(entry);
    if (ip === null) break;
    client = ip;
    if (!trusted.has(ip)) break;
  }
  return client;
}

/** https only when every proxy on the way says so. */
function schemeOf(forwardedProto: string): 'http' | 'https' {
  const schemes = forwardedProto.split(',').map((scheme) => scheme.trim().toLowerCase());
  return schemes.every((scheme) => scheme === 'https') ? 'https' : 'http';
}

/** Cloudflare's XX is unknown and T1 is Tor. */
function countryCode(text: string): string | null {
  const code = text.trim().toUpperCase();
  return /^[A-Z]{2}$/.test(code) && code !== 'XX' ? code : null;
}

function isForwarded(headers: HeaderValues): boolean {
  return Object.keys(headers).some((name) =>
    /^(forwarded|via|x-real-ip|true-client-ip|x-forwarded-.*|cf-.*)$/i.test(name),
  );
}

function textOf(value: string | readonly string[] | undefined): string {
  return typeof value === 'string' ? value : (value?.join(',') ?? '');
}
