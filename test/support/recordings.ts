import { existsSync } from 'node:fs';
import { join } from 'node:path';

const folder = process.env.PITWALL_RECORDINGS;

/** The folder of the real recordings, or null (with a loud line) when this machine has none. */
export function recordings(): string | null {
  if (folder && existsSync(folder)) return folder;
  const why = 'set PITWALL_RECORDINGS to the folder of the real recordings';
  if (process.env.REQUIRE_RECORDINGS === '1') throw new Error(`The recordings are required: ${why}.`);
  console.warn(`SKIPPED: tests on real recordings (${why}).`);
  return null;
}

/** The path of a file inside the recordings; call it only inside a test that runs when they are there. */
export function recording(...parts: string[]): string {
  return join(folder ?? '', ...parts);
}
