/** Asks `probe` again and again until it gives something; fails after `withinMs` naming `what`. */
export async function until<T>(
  what: string,
  probe: () => Promise<T | null | undefined | false> | T | null | undefined | false,
  withinMs = 20_000,
): Promise<T> {
  const deadline = performance.now() + withinMs;
  for (;;) {
    const found = await probe();
    if (found) return found;
    if (performance.now() > deadline) throw new Error(`It took more than ${withinMs} ms until ${what}.`);
    await new Promise((resume) => setTimeout(resume, 10));
  }
}
