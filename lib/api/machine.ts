import { readdir, stat, statfs } from 'node:fs/promises';
import { totalmem } from 'node:os';
import { join, resolve } from 'node:path';
import { version as nextVersion } from 'next/package.json';
import { env, settingsInForce } from '@/lib/env';
import { runtime } from '@/lib/runtime';
import type { MachineProbes } from '@/lib/services/system';
import { uploadsIn } from '@/lib/spool';

/** What the service of the system is asked with, in this process. */
export function systemQuestion() {
  return { facts: runtime().facts, probe: machineProbes, nowMs: Date.now() };
}

function machineProbes(): MachineProbes {
  const environment = env();
  const folder = resolve(environment.DATA_DIR);
  const { rss, heapUsed } = process.memoryUsage();
  return {
    versions: { node: process.versions.node, next: nextVersion },
    memory: { process_bytes: rss, heap_used_bytes: heapUsed, system_total_bytes: totalmem() },
    disk: () => diskOf(folder),
    uploads: () => contentOf(uploadsIn(folder)),
    redis: runtime().pingRedis,
    engines: runtime().engines.count(),
    settings: settingsInForce(environment),
  };
}

async function diskOf(folder: string) {
  const { bavail, blocks, bsize } = await statfs(folder);
  return { folder, free_bytes: bavail * bsize, total_bytes: blocks * bsize };
}

/** The files of a folder and their bytes together; a folder that is not there yet is empty. */
async function contentOf(folder: string): Promise<{ files: number; bytes: number }> {
  const names = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw error;
  });
  // A file may go while we look.
  const sizes = await Promise.all(names.map((name) => stat(join(folder, name)).catch(() => null)));
  const found = sizes.flatMap((each) => (each ? [each.size] : []));
  return { files: found.length, bytes: found.reduce((sum, size) => sum + size, 0) };
}
