import type { Action } from '@/lib/auth/permissions';
import type { ServiceContext } from './context';
import { requireLevel } from './rights';

/** What a person or program may ask of the product; `action` is its line in the list of rights. */
export type Verb<Input, Output> = ((ctx: ServiceContext, input: Input) => Promise<Output>) & {
  readonly action: Action;
};

/**
 * Makes a verb: nothing of `run` happens before the caller's level is checked. What belongs to somebody is checked
 * in `run` (requireOwn), and what changes something writes its audit row there, in the same transaction.
 */
export function verb<Input, Output>(
  action: Action,
  run: (ctx: ServiceContext, input: Input) => Promise<Output>,
): Verb<Input, Output> {
  const guarded = async (ctx: ServiceContext, input: Input): Promise<Output> => {
    requireLevel(ctx, action);
    return run(ctx, input);
  };
  return Object.assign(guarded, { action });
}
