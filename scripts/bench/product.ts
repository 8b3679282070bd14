import { join } from 'node:path';
import { importItem } from '@/lib/contracts/imports';
import type { Runtime } from '@/lib/runtime';
import { IMPORTS_TOPIC } from '@/lib/services/import/progress';
import { acceptUpload, type SpooledFile } from '@/lib/services/imports';
import { startRuntime, stopRuntime } from '@/lib/start-runtime';
import { type BenchDatabase, withEmbedded } from './embedded';

export type Product = { database: BenchDatabase; runtime: Runtime };

/** Runs the work on the product's own parts, without pages: embedded database, job queue, worker thread. */
export async function withProduct<T>(folder: string, work: (product: Product) => Promise<T>): Promise<T> {
  return withEmbedded(folder, async (database) => {
    const runtime = await startRuntime({
      databaseUrl: database.url,
      databaseKind: 'embedded',
      dataDir: folder,
      // Bundled beside this very program.
      workerFile: join(import.meta.dirname, 'worker.js'),
      version: 'bench',
      auth: { secret: 'of the bench, which nobody logs in to' },
      demo: false,
      upkeep: false,
    });
    try {
      return await work({ database, runtime });
    } finally {
      await stopRuntime();
    }
  });
}

/** Imports a spooled file as the page does; gives its session when everything is stored. */
export async function importSpooled({ services }: Runtime, file: SpooledFile): Promise<number> {
  let stopListening = () => {};
  const ended = new Promise<number>((resolve, reject) => {
    stopListening = services.bus.subscribe(IMPORTS_TOPIC, ({ data }) => {
      const { status, message, session_id } = importItem.parse(data);
      if (status === 'failed') reject(new Error(`The import failed: ${message}`));
      if (status === 'done' && session_id !== null) resolve(session_id);
    });
  });
  try {
    const batch = `bench-${file.hash.slice(0, 20)}`;
    await acceptUpload(services, { batch, trackId: null, sessionName: null, files: [file] });
    return await ended;
  } finally {
    stopListening();
  }
}
