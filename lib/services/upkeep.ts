import { messageOf } from '@/lib/errors';
import type { ServiceContext } from './context';

export const UPKEEP_EVENT = 'upkeep/day';
const HOUR_MS = 3600 * 1000;

/** Asks for the day's upkeep now and each hour; its event has the day's name, so that it is done once a day. */
export function startUpkeep(ctx: Pick<ServiceContext, 'queue' | 'report'>): { stop(): void } {
  const ask = (): void => {
    const day = new Date().toISOString().slice(0, 10);
    ctx.queue
      .send({ id: `upkeep-${day}`, name: UPKEEP_EVENT, data: { day } })
      .catch((error: unknown) => ctx.report(`The day's upkeep was not asked for: ${messageOf(error)}`));
  };
  ask();
  const timer = setInterval(ask, HOUR_MS);
  timer.unref();
  return { stop: () => clearInterval(timer) };
}
