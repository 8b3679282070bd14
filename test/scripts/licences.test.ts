import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { isAllowed, licenceDocument, productionPackages } from '../../scripts/licences/packages';

const root = join(import.meta.dirname, '..', '..');

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'pitwall-licences-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe('the licences of this project', () => {
  const packages = productionPackages(root);

  test('are all known and allowed', () => {
    expect(packages.length).toBeGreaterThan(200);
    expect(packages.filter((one) => !isAllowed(one))).toEqual([]);
  });

  test('stand in the document as the lock file has them: run `npm run licences -- --write`', () => {
    expect(readFileSync(join(root, 'docs', 'licences.md'), 'utf8')).toBe(licenceDocument(packages));
  });
});

describe('a package', () => {
  const allowed = (licence: string | null, name = 'some') => isAllowed({ name, version: '1.0.0', licence });

  test('is allowed by every part of an AND and any part of an OR', () => {
    for (const licence of ['MIT', '(MIT OR GPL-3.0-only)', 'Apache-2.0 AND MIT', '(MIT OR Apache-2.0)'])
      expect(allowed(licence), licence).toBe(true);
    for (const licence of ['GPL-3.0-only', 'MIT AND GPL-3.0-only', 'SEE LICENSE IN x', 'mit', '', null])
      expect(allowed(licence), String(licence)).toBe(false);
  });

  test('may have the LGPL only where it was looked at', () => {
    expect(allowed('Apache-2.0 AND LGPL-3.0-or-later', '@img/sharp-win32-x64')).toBe(true);
    expect(allowed('LGPL-3.0-or-later')).toBe(false);
  });

  test('counts by the lock file, with the licence of its own file where the lock has none', () => {
    const packages = {
      '': { name: 'pitwall', version: '1.0.0' },
      'node_modules/a': { version: '1.0.0', license: 'MIT' },
      'node_modules/b/node_modules/@x/a': { version: '2.0.0' },
      'node_modules/c/node_modules/@x/a': { version: '2.0.0' },
      'node_modules/old': { version: '0.1.0' },
      'node_modules/silent': { version: '0.1.0' },
      'node_modules/tool': { version: '1.0.0', dev: true, license: 'GPL-3.0-only' },
    };
    writeFileSync(join(folder, 'package-lock.json'), JSON.stringify({ packages }));
    const own = (path: string, content: object) => {
      mkdirSync(join(folder, path), { recursive: true });
      writeFileSync(join(folder, path, 'package.json'), JSON.stringify(content));
    };
    own('node_modules/b/node_modules/@x/a', { license: 'ISC' });
    own('node_modules/c/node_modules/@x/a', { license: 'ISC' });
    own('node_modules/old', { licenses: [{ type: 'MIT', url: 'https://example.org' }] });
    own('node_modules/silent', { license: '' });
    expect(productionPackages(folder)).toEqual([
      { name: '@x/a', version: '2.0.0', licence: 'ISC' },
      { name: 'a', version: '1.0.0', licence: 'MIT' },
      { name: 'old', version: '0.1.0', licence: 'MIT' },
      { name: 'silent', version: '0.1.0', licence: null },
    ]);
  });
});
