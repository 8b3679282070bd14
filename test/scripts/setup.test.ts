import { mkdirSync, mkdtempSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { bundleAll, bundlesAreFresh, scriptNames } from '../../scripts/setup/bundle.mjs';
import { installedIn, installState } from '../../scripts/setup/install.mjs';
import { withSetupLock } from '../../scripts/setup/setup-lock.mjs';
import { sourceHash } from '../../scripts/setup/source-hash.mjs';

let root = '';
beforeEach(() => {
  // Inside the project, so that a bundle finds its packages; with a space, as a user's folder may have.
  const cache = join(import.meta.dirname, '..', '..', '.cache');
  mkdirSync(cache, { recursive: true });
  root = mkdtempSync(join(cache, 'set up '));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

const write = (path: string, text: string) => {
  mkdirSync(join(root, path, '..'), { recursive: true });
  writeFileSync(join(root, path), text);
};

describe('what is installed', () => {
  const wanted = {
    '': { name: 'pitwall' },
    'node_modules/next': { version: '1.0.0' },
    'node_modules/vitest': { version: '2.0.0', dev: true },
    'node_modules/swc-darwin': { version: '3.0.0', optional: true },
  };

  test('is complete without the optional packages of other machines', () => {
    const found = { 'node_modules/next': { version: '1.0.0' }, 'node_modules/vitest': { version: '2.0.0' } };
    expect(installState(wanted, found)).toBe('complete');
  });

  test('is for production when only development packages are missing', () => {
    expect(installState(wanted, { 'node_modules/next': { version: '1.0.0' } })).toBe('production');
  });

  test('is stale when a package is missing or has another version', () => {
    expect(installState(wanted, { 'node_modules/vitest': { version: '2.0.0' } })).toBe('stale');
    expect(installState(wanted, { 'node_modules/next': { version: '1.0.1' } })).toBe('stale');
    expect(installState(wanted, null)).toBe('stale');
  });

  test('is stale after an install that was broken off', () => {
    write('package-lock.json', JSON.stringify({ packages: wanted }));
    mkdirSync(join(root, 'node_modules', 'next'), { recursive: true });
    expect(installedIn(root)).toBe('stale');
    write('node_modules/.package-lock.json', '{"packages": {');
    expect(installedIn(root)).toBe('stale');
  });

  test('of this project is complete', () => {
    expect(installedIn(join(import.meta.dirname, '..', '..'))).toBe('complete');
  });
});

describe('the hash of sources', () => {
  test('changes with content and name, not with time, and takes missing paths', () => {
    write('lib/a.ts', 'one');
    const hash = () => sourceHash(root, ['lib', 'not-there', 'tsconfig.json']);
    const first = hash();
    utimesSync(join(root, 'lib/a.ts'), 1, 1);
    expect(hash()).toBe(first);
    write('lib/a.ts', 'two');
    const second = hash();
    expect(second).not.toBe(first);
    write('lib/b.ts', '');
    expect(hash()).not.toBe(second);
  });

  test('tells apart where one file ends and the next begins', () => {
    write('x/a', 'bc');
    write('y/a', 'b');
    write('y/b', 'c');
    expect(sourceHash(join(root, 'x'), ['a', 'b'])).not.toBe(sourceHash(join(root, 'y'), ['a', 'b']));
  });
});

describe('the lock of the set-up', () => {
  test('lets one at a time work', async () => {
    const path = join(root, 'deep', 'setup.lock');
    let inside = 0;
    let most = 0;
    const work = async () => {
      most = Math.max(most, ++inside);
      await new Promise(setImmediate);
      inside--;
    };
    await Promise.all([1, 2, 3].map(() => withSetupLock(path, work)));
    expect(most).toBe(1);
  });

  test('is given back when the work fails', async () => {
    const path = join(root, 'setup.lock');
    const failing = withSetupLock(path, () => Promise.reject(new Error('no network')));
    await expect(failing).rejects.toThrow('no network');
    expect(await withSetupLock(path, async () => 'done')).toBe('done');
  });

  test('of a dead process is taken over', async () => {
    const path = join(root, 'setup.lock');
    writeFileSync(path, '999999999');
    expect(await withSetupLock(path, async () => 'done')).toBe('done');
  });
});

describe('the bundles', () => {
  const project = () => {
    write('tsconfig.json', '{"compilerOptions":{"paths":{"@/*":["./*"]}}}');
    write('lib/greeting.ts', `export const greeting: string = 'hello';`);
    write('scripts/greet.ts', `import { greeting } from "@/lib/greeting";\nconsole.log(greeting);`);
  };

  test('are fresh after bundling and stale after a change', async () => {
    project();
    expect(scriptNames(root)).toEqual(['greet']);
    expect(bundlesAreFresh(root)).toBe(false);
    await bundleAll(root);
    expect(bundlesAreFresh(root)).toBe(true);
    expect(readFileSync(join(root, 'dist', 'greet.js'), 'utf8')).toContain('hello');
    write('lib/greeting.ts', `export const greeting: string = 'good morning';`);
    expect(bundlesAreFresh(root)).toBe(false);
  });

  test('made by two at once are whole', async () => {
    project();
    await Promise.all([bundleAll(root), bundleAll(root)]);
    expect(readFileSync(join(root, 'dist', 'greet.js'), 'utf8')).toContain('console.log(greeting)');
    expect(bundlesAreFresh(root)).toBe(true);
  });

  test('of a script with a fault leave the old ones in place', async () => {
    project();
    await bundleAll(root);
    write('scripts/greet.ts', `import { nothing } from "@/lib/nowhere";\nconsole.log(nothing);`);
    await expect(bundleAll(root)).rejects.toThrow(/nowhere/);
    expect(readFileSync(join(root, 'dist', 'greet.js'), 'utf8')).toContain('hello');
    expect(bundlesAreFresh(root)).toBe(false);
  });
});
