import { isConnectionLoss } from '@/lib/db/patience';
import { sessionById } from '@/lib/db/sessions';
import { isAppError, messageOf } from '@/lib/errors';
import { streamClosers } from '@/lib/live/closers';
import type { IngestDevice } from '@/lib/live/ingest';
import type { ServiceContext } from './context';
import { addEntry, addMark, closeLive } from './live-sessions';
import type { RaceCar } from './race-cars';

/** A race that is driven while the server runs. */
export type RaceRun = {
  sessionId: number;
  speed: number;
  cars: readonly { device: IngestDevice; car: RaceCar; entry: RaceEntry }[];
  /** Times of the race. */
  greenMs: number;
  chequeredMs: number;
  /** Whole milliseconds between the race's clock and the wall's. */
  shiftMs: number;
};

/** `isLate`: it is entered when its first fix is due. */
export type RaceEntry = { number: string; driver: string; car: string; car_class: string; isLate: boolean };

const TICK_MS = 100;
const LOOK_EVERY_MS = 1_000;
const MOST_FIXES = 1_000;
/** So long fixes may fail one after the other before the race gives up. */
const PATIENCE_MS = 60_000;

/**
 * Drives the race through the one way in until it is over, its session is closed, the server stops or nothing can be
 * stored any more. Then `ended` is called once. `ctx` is the product's own.
 */
export function driveRace(ctx: ServiceContext, race: RaceRun, ended: () => void): void {
  const startMs = Date.now();
  const startOf = Math.min(...race.cars.map(({ car }) => car.firstMs));
  let goodMs = startMs;
  let over = false;
  const stop = (): void => {
    if (over) return;
    over = true;
    clearInterval(ticking);
    clearInterval(looking);
    streamClosers().delete(stop);
    ended();
  };
  const failed = (error: unknown): void => {
    const isBusy = isAppError(error) && (error.status === 429 || error.status === 503);
    const passes = isBusy || isConnectionLoss(error);
    if (over || (passes && Date.now() - goodMs < PATIENCE_MS)) return;
    ctx.report(`The demo race stopped: ${messageOf(error)}`);
    stop();
  };
  const marks = control(ctx, race, failed);
  const drivers = race.cars.map((one) => driver(ctx, race, one, failed));
  const tick = (): void => {
    const atMs = startOf + (Date.now() - startMs) * race.speed;
    marks.show(atMs);
    let isDone = true;
    for (const drive of drivers) {
      if (drive.go(atMs)) goodMs = Date.now();
      isDone &&= drive.done();
    }
    if (!isDone || !marks.done()) return;
    stop();
    closeLive(ctx, { session_id: race.sessionId }).catch((error: unknown) =>
      ctx.report(`The demo race could not be closed: ${messageOf(error)}`),
    );
  };
  const look = async (): Promise<void> => {
    const session = await sessionById(ctx.db, race.sessionId);
    if (!session?.live) stop();
  };
  const ticking = setInterval(tick, TICK_MS);
  const looking = setInterval(() => {
    look().catch(failed);
  }, LOOK_EVERY_MS);
  // It keeps no process alive, and a server that stops stops it: the session then closes for lack of fixes.
  ticking.unref();
  looking.unref();
  streamClosers().add(stop);
}

/** Shows the flags when their time comes. */
function control(ctx: ServiceContext, race: RaceRun, failed: (error: unknown) => void) {
  const due = [
    { kind: 'green' as const, atMs: race.greenMs },
    { kind: 'chequered' as const, atMs: race.chequeredMs },
  ];
  let isBusy = false;
  return {
    show(atMs: number): void {
      const [next] = due;
      if (isBusy || !next || next.atMs > atMs) return;
      isBusy = true;
      const at = new Date(next.atMs + race.shiftMs).toISOString();
      addMark(ctx, { session_id: race.sessionId, kind: next.kind, text: '', at })
        // What could not be shown is tried again.
        .then(() => due.shift(), failed)
        .finally(() => {
          isBusy = false;
        });
    },
    done: () => due.length === 0,
  };
}

/** Sends one car's fixes, one batch after the other; what could not be stored is sent again. */
function driver(
  ctx: ServiceContext,
  race: RaceRun,
  { device, car, entry }: RaceRun['cars'][number],
  failed: (error: unknown) => void,
) {
  let isEntered = !entry.isLate;
  let isBusy = false;
  let stored = false;
  const send = async (atMs: number): Promise<void> => {
    if (!isEntered) {
      const { isLate: _, ...facts } = entry;
      await addEntry(ctx, { session_id: race.sessionId, device_id: device.id, ...facts });
      isEntered = true;
    }
    const fixes = car.due(atMs, MOST_FIXES);
    await ctx.ingest.take(device, fixes);
    car.gave(fixes.length);
    stored = true;
  };
  return {
    /** Whether something was stored since it was asked last. */
    go(atMs: number): boolean {
      const wasStored = stored;
      stored = false;
      if (isBusy || car.done() || car.due(atMs, 1).length === 0) return wasStored;
      isBusy = true;
      send(atMs)
        .catch(failed)
        .finally(() => {
          isBusy = false;
        });
      return wasStored;
    },
    done: () => car.done() && !isBusy,
  };
}
