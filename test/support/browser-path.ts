import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { withSetupLock } from '../../scripts/setup/setup-lock.mjs';

const SYSTEM_BROWSERS = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

/**
 * The browser for the browser tests: CHROME_PATH, a system one, or the one inside the npm package (Linux x64),
 * unpacked to `folder`. Null when none fits this machine. Call it once for a test run: a second caller would be
 * given the half-unpacked file.
 */
export async function browserPath(folder: string): Promise<string | null> {
  const given = process.env.CHROME_PATH;
  if (given) return given;
  const system = SYSTEM_BROWSERS.find((path) => existsSync(path));
  if (system) return system;
  if (process.platform !== 'linux' || process.arch !== 'x64') return null;
  return withSetupLock(`${folder}.lock`, () => unpack(folder));
}

/** The package takes a file that is there for whole; one that a killed run left behind is not. */
async function unpack(folder: string): Promise<string> {
  const whole = join(folder, 'whole');
  if (!existsSync(whole)) rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const before = { ...process.env };
  process.env.TMPDIR = folder;
  // Makes the package bring its own libnss3, libnspr4 and libexpat1; it reads this when it is imported.
  process.env.AWS_LAMBDA_JS_RUNTIME ??= 'nodejs20.x';
  try {
    const { default: chromium } = await import('@sparticuz/chromium');
    const path = await chromium.executablePath();
    writeFileSync(whole, '');
    return path;
  } finally {
    // It also sets paths for every child process; the temporary folder of the others is not the browser's.
    for (const name of ['TMPDIR', 'LD_LIBRARY_PATH', 'FONTCONFIG_PATH', 'AWS_LAMBDA_JS_RUNTIME']) {
      if (before[name] === undefined) delete process.env[name];
      else process.env[name] = before[name];
    }
  }
}
