import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { build } from 'esbuild';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { countryOf, openCountries } from '@/lib/auth/country';

const root = join(import.meta.dirname, '..', '..');
let folder = '';
beforeAll(() => {
  mkdirSync(join(root, '.cache'), { recursive: true });
  folder = mkdtempSync(join(root, '.cache', 'country-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('the country of an address', () => {
  test('is found for addresses that are long held by one country', () => {
    expect(countryOf('8.8.8.8')).toBe('US');
    expect(countryOf('193.0.6.139')).toBe('NL');
    expect(countryOf('2001:67c:2e8:22::c100:68b')).toBe('NL');
    expect(countryOf('::ffff:8.8.8.8')).toBe('US');
  });

  test('is none for private and loopback addresses and for what is no address', () => {
    for (const ip of ['127.0.0.1', '10.1.2.3', '172.31.0.1', '192.168.0.1', '100.64.1.1', '169.254.1.1'])
      expect(countryOf(ip)).toBeNull();
    for (const ip of ['::1', '::', 'fd00::1', 'fe80::1%eth0', '0.0.0.0', '', 'garbage', '999.1.1.1', '8.8.8'])
      expect(countryOf(ip)).toBeNull();
  });

  test('is none, with one line in the log, when the database is missing or broken', () => {
    const broken = join(folder, 'broken.mmdb');
    writeFileSync(broken, 'no database');
    const line = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
    try {
      expect(openCountries(() => join(folder, 'missing.mmdb'))).toBeNull();
      expect(openCountries(() => broken)).toBeNull();
      expect(line.mock.calls.map(([text]) => String(text))).toEqual([
        expect.stringContaining('country database cannot be read'),
        expect.stringContaining('country database cannot be read'),
      ]);
      line.mockClear();
      globalThis.pitwallCountries = null;
      expect([countryOf('8.8.8.8'), countryOf('8.8.4.4')]).toEqual([null, null]);
      expect(line).not.toHaveBeenCalled();
    } finally {
      line.mockRestore();
      globalThis.pitwallCountries = undefined;
    }
  });

  test('is found by a bundle too, in whatever folder it is started', async () => {
    const outfile = join(folder, 'bundle.mjs');
    await build({
      stdin: {
        contents: `import { countryOf } from '@/lib/auth/country'; console.log(countryOf('8.8.8.8'));`,
        resolveDir: root,
      },
      tsconfig: join(root, 'tsconfig.json'),
      bundle: true,
      packages: 'external',
      alias: { '@': root },
      platform: 'node',
      format: 'esm',
      outfile,
    });
    const { stdout } = await promisify(execFile)(process.execPath, [outfile], { cwd: tmpdir() });
    expect(stdout).toBe('US\n');
  });
});
