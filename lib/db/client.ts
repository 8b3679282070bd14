import type { PgDatabase } from 'drizzle-orm/pg-core';
import { drizzle, type PostgresJsQueryResultHKT } from 'drizzle-orm/postgres-js';
import postgres from 'postgres';

/** What every query function takes: the pool's database or an open transaction, on PostgreSQL and embedded alike. */
export type Db = PgDatabase<PostgresJsQueryResultHKT>;

/** The raw `postgres` client under a Db, for COPY, LISTEN and NOTIFY. */
export type Sql = postgres.Sql;

export type OpenDatabase = {
  db: Db;
  sql: Sql;
  /** Waits up to 3 s for running queries, then cuts the connections. Idempotent. */
  close(): Promise<void>;
};

export type DatabaseOptions = {
  /** Connections in the pool; default 8. */
  max?: number;
  /** Seconds until an attempt to connect is given up; default 30. */
  connectTimeoutS?: number;
};

/**
 * Opens a pool on a PostgreSQL URL (the embedded database speaks the same protocol). Nothing is sent before the
 * first query; a lost connection rejects the queries in flight and the next query connects again.
 *
 * `db` and `sql` are ONE client, and drizzle replaces its date and JSON serializers. Hence, for both:
 * - pass ISO strings and JSON text, never a Date, a Date[] or sql.json(); timestamps come back as strings
 *   unless a drizzle column maps them, int8 and count(*) come back as strings;
 * - in a drizzle `sql` template wrap arrays in sql.param(array); timestamptz[] and jsonb[] parameters need
 *   `::text[]::timestamptz[]`;
 * - queries are lazy: nothing is sent until awaited;
 * - COPY only inside `sql.begin` (a pooled `.writable()` can hang);
 * - inside a transaction use its `tx` only: the embedded database serves one transaction at a time, so asking
 *   the pool from within waits for itself until the server ends it (25P03).
 */
export function openDatabase(url: string, options: DatabaseOptions = {}): OpenDatabase {
  const sql = postgres(url, {
    max: options.max ?? 8,
    connect_timeout: options.connectTimeoutS ?? 30,
    backoff: (attempt: number) => Math.min(0.05 * 2 ** attempt, 2),
    onnotice: () => {},
    connection: { application_name: 'pitwall' },
  });
  const db: Db = drizzle(sql);
  return { db, sql, close: () => sql.end({ timeout: 3 }) };
}

const RETRYABLE = new Set(['40001', '40P01']);

/**
 * Runs `work` in one transaction and returns its result; any error rolls it back. Given a transaction it makes a
 * savepoint. A serialization failure or a deadlock is tried again, three times in all, so `work` must not
 * have effects outside the database. Keep it short: nobody else can use the embedded database meanwhile.
 */
export async function inTransaction<T>(db: Db, work: (tx: Db) => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await db.transaction((tx) => work(tx));
    } catch (error) {
      if (attempt >= 3 || !RETRYABLE.has(sqlState(error) ?? '')) throw error;
    }
  }
}

/** The SQLSTATE (or the driver's code, e.g. CONNECTION_CLOSED) of an error or of its cause, or null. */
export function sqlState(error: unknown): string | null {
  for (let at = error, depth = 0; at instanceof Object && depth < 5; depth++) {
    if ('code' in at && typeof at.code === 'string') return at.code;
    at = 'cause' in at ? at.cause : null;
  }
  return null;
}
