import type { PGlite } from '@electric-sql/pglite';
import type { Turns } from './turns';

export type UpkeepOptions = {
  checkpointEveryMs?: number;
  vacuumEveryMs?: number;
  /** A vacuum waits for this much silence, but not for ever: after six times `vacuumEveryMs` it runs anyway. */
  idleMs?: number;
  onError: (error: unknown) => void;
};

/**
 * PGlite has neither a checkpointer nor an autovacuum: without this, pg_wal grew to 449 MB for 2 million rows.
 * Both run between two clients' turns, the vacuum table by table so that nobody waits for all of them.
 * Returns the function that ends it.
 */
export function startUpkeep(db: PGlite, turns: Turns, options: UpkeepOptions): () => void {
  const { checkpointEveryMs = 60_000, vacuumEveryMs = 600_000, idleMs = 10_000 } = options;
  let vacuumedAtMs = performance.now();
  let checkpointedAtMs = vacuumedAtMs;
  let working = false;

  async function work(): Promise<void> {
    const now = performance.now();
    if (turns.lastServedMs > checkpointedAtMs) {
      checkpointedAtMs = now;
      await turns.between(() => db.exec('CHECKPOINT'));
    }
    const dueMs = now - vacuumedAtMs;
    const idle = now - turns.lastServedMs >= idleMs;
    if (turns.lastServedMs > vacuumedAtMs && dueMs >= vacuumEveryMs && (idle || dueMs >= 6 * vacuumEveryMs)) {
      vacuumedAtMs = now;
      await vacuumTables(db, turns);
    }
  }

  const timer = setInterval(() => {
    if (working) return;
    working = true;
    work()
      .catch(options.onError)
      .finally(() => {
        working = false;
      });
  }, checkpointEveryMs);
  return () => clearInterval(timer);
}

/** VACUUM (ANALYZE) of every table of the user's, each in a turn of its own. */
export async function vacuumTables(db: PGlite, turns: Turns): Promise<void> {
  const { rows } = await turns.between(() =>
    db.query<{ name: string }>(
      `select format('%I.%I', schemaname, relname) as name from pg_stat_user_tables order by 1`,
    ),
  );
  for (const { name } of rows) await turns.between(() => db.exec(`VACUUM (ANALYZE) ${name}`));
}
