import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { BlockList, isIPv4 } from 'node:net';
import { Reader } from 'mmdb-lib';
import { messageOf } from '@/lib/errors';
import { log } from '@/lib/log';
import { parseAddress } from './client-address';

type CountryReader = { get(ip: string): unknown };

declare global {
  /** Of 8 MB, so one for all copies of this module; null when the file cannot be read. */
  var pitwallCountries: CountryReader | null | undefined;
}

/** Countries by address out of the regional registries' data (nro.net, CC BY 4.0); as new as the package. */
const DATABASE = ['@ip-location-db/geo-whois-asn-country-mmdb', 'geo-whois-asn-country.mmdb'].join('/');

const NOWHERE = new BlockList();
for (const [network, bits] of [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.168.0.0', 16],
] as const)
  NOWHERE.addSubnet(network, bits, 'ipv4');
for (const [network, bits] of [
  ['::', 127],
  ['fc00::', 7],
  ['fe80::', 10],
] as const)
  NOWHERE.addSubnet(network, bits, 'ipv6');

/**
 * The country of an address as two capitals, by the offline database; null for private addresses, for those that
 * nobody holds and when the database is missing, which is logged once. Never throws.
 */
export function countryOf(ip: string): string | null {
  const address = parseAddress(ip);
  if (address === null || NOWHERE.check(address, isIPv4(address) ? 'ipv4' : 'ipv6')) return null;
  if (globalThis.pitwallCountries === undefined) globalThis.pitwallCountries = openCountries();
  try {
    return codeIn(globalThis.pitwallCountries?.get(address));
  } catch {
    return null;
  }
}

function codeIn(row: unknown): string | null {
  if (typeof row !== 'object' || row === null || !('country_code' in row)) return null;
  const code = row.country_code;
  return typeof code === 'string' && /^[A-Z]{2}$/.test(code) ? code : null;
}

/** Reads the database; null, with a line in the log, when it is missing or broken. */
export function openCountries(file: () => string = databaseFile): CountryReader | null {
  try {
    return new Reader(readFileSync(file()));
  } catch (error) {
    log.warn('The country database cannot be read: no country is shown. Install the packages again', {
      error: messageOf(error),
    });
    return null;
  }
}

/** Found from this module's own place, whatever folder the process was started in. */
function databaseFile(): string {
  // The bundler of the pages would look for the file itself, and fails.
  return createRequire(import.meta.url).resolve(/* turbopackIgnore: true */ DATABASE);
}
