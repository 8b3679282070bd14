import { existsSync, mkdirSync } from 'node:fs';

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
  mkdirSync(folder, { recursive: true });
  process.env.TMPDIR = folder;
  // Makes the package bring its own libnss3, libnspr4 and libexpat1; it reads this when it is imported.
  process.env.AWS_LAMBDA_JS_RUNTIME ??= 'nodejs20.x';
  const { default: chromium } = await import('@sparticuz/chromium');
  return chromium.executablePath();
}
