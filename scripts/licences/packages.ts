import { readFileSync } from 'node:fs';
import { join } from 'node:path';

export type Package = {
  name: string;
  version: string;
  /** As an SPDX expression; null when the package says nothing that is known. */
  licence: string | null;
};

/** Licences under which everybody may use, change and pass on a package, together with this project. */
const ALLOWED = new Set([
  '0BSD',
  'Apache-2.0',
  'BlueOak-1.0.0',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'CC0-1.0',
  'CC-BY-4.0',
  'ISC',
  'MIT',
  'MPL-2.0',
  'OFL-1.1',
  'Python-2.0',
  'Unlicense',
  'Zlib',
]);

/** Licences that go for certain packages only, and why. */
const ALLOWED_FOR: readonly { licence: string; names: RegExp; why: string }[] = [
  {
    licence: 'LGPL-3.0-or-later',
    names: /^@img\/sharp-/,
    why: 'An optional part of Next: a shared library that is used unchanged and can be replaced.',
  },
];

/** What a package file does not say but its licence text does, or the project it comes from and its next version. */
const READ_BY_HAND: Readonly<Record<string, string>> = {
  '@mapbox/jsonlint-lines-primitives@2.0.2': 'MIT',
  'stack-trace@0.0.9': 'MIT',
};

type LockEntry = { version?: string; license?: string; dev?: boolean; link?: boolean };

/**
 * The packages that a production install may take on any machine, by package-lock.json, without repetition and in
 * order. Licences are those of the lock file, else of the installed package.
 */
export function productionPackages(root: string): Package[] {
  const found = new Map<string, Package>();
  for (const [path, entry] of Object.entries(lockEntries(root))) {
    if (path === '' || entry.dev || entry.link || entry.version === undefined) continue;
    const name = path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length);
    const key = `${name}@${entry.version}`;
    const licence = READ_BY_HAND[key] ?? entry.license ?? installedLicence(join(root, path));
    found.set(key, { name, version: entry.version, licence });
  }
  return [...found.values()].sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));
}

/** Whether the package may be used: every part of an AND, one part of an OR. */
export function isAllowed({ name, licence }: Package): boolean {
  if (licence === null) return false;
  const one = (id: string) =>
    ALLOWED.has(id) || ALLOWED_FOR.some((rule) => rule.licence === id && rule.names.test(name));
  const parts = licence.replace(/[()]/g, '').split(/ AND /i);
  return parts.every((part) => part.split(/ OR /i).some((id) => one(id.trim())));
}

/** The document of all licences. */
export function licenceDocument(packages: readonly Package[]): string {
  const counts = new Map<string, number>();
  for (const { licence } of packages)
    counts.set(licence ?? 'unknown', (counts.get(licence ?? 'unknown') ?? 0) + 1);
  const summary = [...counts].sort(([a, one], [b, other]) => other - one || (a < b ? -1 : 1));
  return [
    '# Licences',
    '',
    `The ${packages.length} packages that an installation of Pitwall may take, on any machine, and their licences. \`npm run licences -- --write\` writes this page; \`npm run licences\` prints the table and fails when a licence is missing or not allowed.`,
    '',
    'The country of an address comes from `@ip-location-db/geo-whois-asn-country-mmdb`. Its package is CC0-1.0; the statistics in it are by the Number Resource Organization (nro.net), under CC BY 4.0.',
    '',
    ...ALLOWED_FOR.map(({ licence, names, why }) => `${licence} only for \`${names.source}\`. ${why}`),
    '',
    '| licence | packages |',
    '|---|---:|',
    ...summary.map(([licence, count]) => `| ${licence} | ${count} |`),
    '',
    ...licenceTable(packages),
    '',
  ].join('\n');
}

/** The lines of a table of packages. */
export function licenceTable(packages: readonly Package[]): string[] {
  return [
    '| package | version | licence |',
    '|---|---|---|',
    ...packages.map(({ name, version, licence }) => `| ${name} | ${version} | ${licence ?? 'unknown'} |`),
  ];
}

const keyOf = ({ name, version }: Package): string => `${name}@${version}`;

/** The wire shape of package-lock.json, which npm writes. */
function lockEntries(root: string): Record<string, LockEntry> {
  return JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')).packages;
}

/** Of the old forms too: an object, or a list of them. */
function installedLicence(folder: string): string | null {
  try {
    const { license, licenses } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
    const first = [license ?? licenses ?? null].flat()[0];
    const id = typeof first === 'object' ? first?.type : first;
    return typeof id === 'string' && id !== '' ? id : null;
  } catch {
    return null;
  }
}
