import { sqlState } from './client';

const LOST = new Set([
  'CONNECTION_CLOSED',
  'CONNECT_TIMEOUT',
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  '57P01',
  '57P02',
  '57P03',
]);

/** Whether an error says that the database went away (and may come back), not that the statement was wrong. */
export function isConnectionLoss(error: unknown): boolean {
  const code = sqlState(error);
  return code !== null && (LOST.has(code) || code.startsWith('08'));
}

/**
 * Repeats `work` while the database is away, for at most `forMs`. Whether the lost attempt took effect is not
 * known, so `work` must bear to be repeated.
 */
export async function patiently<T>(work: () => Promise<T>, forMs = 30_000): Promise<T> {
  const until = performance.now() + forMs;
  for (let pauseMs = 50; ; pauseMs = Math.min(pauseMs * 2, 1000)) {
    try {
      return await work();
    } catch (error) {
      if (!isConnectionLoss(error) || performance.now() + pauseMs > until) throw error;
      await new Promise((resume) => setTimeout(resume, pauseMs));
    }
  }
}
