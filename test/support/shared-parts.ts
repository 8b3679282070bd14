import { inject } from 'vitest';
import type { SharedParts } from './global-setup';

/** Asks the test run for a part that all test files share; the first asker waits until it is made. */
export async function sharedPart<K extends keyof SharedParts>(name: K): Promise<SharedParts[K]> {
  const response = await fetch(`${inject('sharedPartsUrl')}${name}`);
  if (!response.ok) throw new Error(`The test run could not make ${name}: ${await response.text()}`);
  return response.json();
}
