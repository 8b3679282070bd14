/**
 * Asks again and again, and calls `onHung` when one question has stood without an answer for `afterMs`. Returns the
 * function that ends it.
 */
export function watchAnswers(ask: () => Promise<unknown>, afterMs: number, onHung: () => void): () => void {
  let askedAtMs: number | null = null;
  let isOverdue = false;
  const answered = (): void => {
    askedAtMs = null;
    isOverdue = false;
  };
  const timer = setInterval(() => {
    if (askedAtMs === null) {
      askedAtMs = performance.now();
      ask().then(answered, answered);
    } else if (isOverdue) onHung();
    // This process may itself have been held up: an answer that waits already is read before the next round.
    else isOverdue = performance.now() - askedAtMs >= afterMs;
  }, afterMs / 6);
  timer.unref();
  return () => clearInterval(timer);
}
