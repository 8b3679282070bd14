import { isDeepStrictEqual } from 'node:util';
import type { Operation } from './operation';

let isOn = false;

/** From now on every answer must be of its operation's shape, without a field more. For tests: it takes time. */
export function checkAnswers(): void {
  isOn = true;
}

/** Throws when an answer is not of the shape that the document promises. */
export function checkAnswer(one: Operation, answer: unknown): void {
  if (!isOn || one.answer === null) return;
  const sent: unknown = JSON.parse(JSON.stringify(answer));
  const parsed = one.answer.safeParse(sent);
  if (!parsed.success) throw new Error(`${one.id} answers against its contract: ${parsed.error.message}`);
  if (!isDeepStrictEqual(parsed.data, sent))
    throw new Error(
      `${one.id} answers with fields that its contract does not name: ${JSON.stringify(sent).slice(0, 500)}`,
    );
}
