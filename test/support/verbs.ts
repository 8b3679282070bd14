import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type Action, isLevel, PERMISSIONS } from '@/lib/auth/permissions';
import type { Verb } from '@/lib/services/verb';

const root = join(import.meta.dirname, '..', '..');

/** A verb of any input, as the tests call them all. */
export type NamedVerb = { name: string; verb: Verb<unknown, unknown> };

/** Every verb that some module of lib/services exports. */
export async function everyVerb(): Promise<NamedVerb[]> {
  const found: NamedVerb[] = [];
  for (const file of serviceFiles()) {
    const module: Record<string, unknown> = await import(/* @vite-ignore */ pathToFileURL(file).href);
    for (const [name, value] of Object.entries(module)) if (isVerb(value)) found.push({ name, verb: value });
  }
  const names = [...new Set(found.map(({ name }) => name))];
  return names.flatMap((name) => found.find((one) => one.name === name) ?? []);
}

export function serviceFiles(): string[] {
  const folder = join(root, 'lib', 'services');
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts'))
    .map((file) => join(folder, file));
}

function isVerb(value: unknown): value is Verb<unknown, unknown> {
  return typeof value === 'function' && 'action' in value && isAction(value.action);
}

const isAction = (value: unknown): value is Action => typeof value === 'string' && value in PERMISSIONS;

/** The levels below the one that an action needs. */
export function levelsBelow(level: number | null) {
  return [0, 1, 2, 3, 4, 5].filter((one) => level !== null && one < level).filter(isLevel);
}
