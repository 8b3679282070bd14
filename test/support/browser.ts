import { existsSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { type Browser, chromium } from 'playwright-core';
import { sharedPart } from './shared-parts';

/** Launches the browser of this test run; null, with a loud line, where none fits the machine. */
export async function openBrowser(): Promise<Browser | null> {
  const { executablePath } = await sharedPart('/browser');
  if (!executablePath) {
    console.warn('SKIPPED: the browser tests. Set CHROME_PATH to a Chromium or Chrome of this machine.');
    return null;
  }
  return chromium.launch({ executablePath, args: ['--no-sandbox'], env: browserEnvironment(executablePath) });
}

/**
 * What the browser out of the npm package needs beside it: its own libraries where the system has none, and fonts.
 * Its own font settings name a folder in /tmp that does not exist here, and without any font it dies on a form field.
 */
function browserEnvironment(executablePath: string): Record<string, string> {
  const given = Object.entries(process.env).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, value]],
  );
  const folder = dirname(executablePath);
  const libraries = join(folder, 'al2023', 'lib');
  if (!existsSync(libraries)) return Object.fromEntries(given);
  const fonts = join(folder, 'pitwall-fonts.conf');
  const folders = [join(folder, 'fonts'), '/usr/share/fonts', '/usr/local/share/fonts'];
  writeFileSync(
    fonts,
    `<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd"><fontconfig>${folders
      .map((each) => `<dir>${each}</dir>`)
      .join('')}<cachedir>${join(folder, 'font-cache')}</cachedir></fontconfig>`,
  );
  const paths = [libraries, process.env.LD_LIBRARY_PATH].filter(Boolean).join(delimiter);
  return { ...Object.fromEntries(given), FONTCONFIG_FILE: fonts, LD_LIBRARY_PATH: paths };
}
