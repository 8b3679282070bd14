/** So many lines are read before others get their turn. */
export const LINES_A_TURN = 2_000;

/** Work that stops now and then, and goes on when it is asked for the next step. */
export type Turns<T> = Generator<void, T>;

/** Does work in turns, so that who streams meanwhile is not held up. */
export async function inTurns<T>(work: Turns<T>): Promise<T> {
  for (let step = work.next(); ; step = work.next()) {
    if (step.done) return step.value;
    await new Promise<void>((resume) => setImmediate(resume));
  }
}

/** Does it all at once. */
export function atOnce<T>(work: Turns<T>): T {
  for (let step = work.next(); ; step = work.next()) if (step.done) return step.value;
}
