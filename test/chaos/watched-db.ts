import type { Db } from '@/lib/db/client';

export type WatchedDb = {
  db: Db;
  /** Statements and transactions so far. */
  count(): number;
  /** What happens before each statement (its words) and transaction: a test lets it wait, do something, or fail. */
  before: (statement: string) => Promise<void>;
  /** The same for what is built with select: it can only fail. */
  onSelect: () => void;
};

/** A database whose every use a test can hold up. */
export function watchedDb(real: Db): WatchedDb {
  let count = 0;
  const watched: WatchedDb = {
    db: new Proxy(real, {
      get(target, key) {
        const turn = async (statement: unknown) => {
          count++;
          await watched.before(wordsOf(statement));
        };
        if (key === 'execute')
          return async (...given: Parameters<Db['execute']>) => {
            await turn(given[0]);
            return target.execute(...given);
          };
        if (key === 'transaction')
          return async (...given: Parameters<Db['transaction']>) => {
            await turn(null);
            return target.transaction(...given);
          };
        if (key === 'select') watched.onSelect();
        return Reflect.get(target, key);
      },
    }),
    count: () => count,
    before: async () => {},
    onSelect: () => {},
  };
  return watched;
}

/** The fixed words of a statement. */
function wordsOf(statement: unknown): string {
  const chunks: unknown = Reflect.get(Object(statement), 'queryChunks');
  return Array.isArray(chunks)
    ? chunks.map((chunk) => Reflect.get(Object(chunk), 'value') ?? '').join(' ')
    : '';
}

/** As a client says it when the database went away. */
export const connectionLost = (): Error => Object.assign(new Error('gone'), { code: 'CONNECTION_CLOSED' });

/** Something that waits until it is opened; `reached` settles when somebody waits at it. */
export function gateOf() {
  let open = () => {};
  let arrive = () => {};
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  const reached = new Promise<void>((resolve) => {
    arrive = resolve;
  });
  return {
    reached,
    open: () => open(),
    pass: (): Promise<void> => {
      arrive();
      return opened;
    },
  };
}
