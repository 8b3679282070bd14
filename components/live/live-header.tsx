'use client';

import Link from 'next/link';
import { formatPlural, MISSING } from '@/components/format';
import { SimulatedChip } from '@/components/ui/simulated-chip';
import { formatElapsed, KIND_WORDS, lapWords } from './board-words';
import { DelayMenu } from './delay-menu';
import { FlagChip } from './flag-chip';
import { LinkWords } from './link-words';
import { type LiveStore, useLive } from './live-store';
import { useElapsedS } from './session-clock';

type LiveHeaderProps = {
  store: LiveStore;
  wantedS: number;
  onWant(delayS: number): void;
  children?: React.ReactNode;
};

/** One line that says what is looked at, how far it is, and how old what is shown may be. */
export function LiveHeader({ store, wantedS, onWant, children }: LiveHeaderProps) {
  const session = useLive(store, (state) => state.board.session);
  const cars = useLive(store, (state) => state.board.rows.length);
  const givenS = useLive(store, (state) => state.board.delay_s);
  const laps = lapWords(session);
  return (
    <header className="flex flex-wrap items-center gap-x-4 gap-y-1">
      <h1 className="flex min-w-0 items-center gap-2 text-lg font-semibold">
        <span className="max-w-[32rem] min-w-0 truncate" title={session.name}>
          {session.name}
        </span>
        {session.simulated && <SimulatedChip />}
      </h1>
      <p className="flex flex-wrap items-center gap-x-2 gap-y-1 text-sm text-soft">
        {session.track ? (
          <Link href={`/tracks/${session.track.id}`} className="text-accent underline">
            {session.track.name}
          </Link>
        ) : (
          'no track'
        )}
        <span>· {KIND_WORDS[session.kind]} ·</span>
        <Elapsed store={store} targetMs={session.duration_target_ms} />
        {laps !== '' && <span className="text-text">· {laps}</span>}
      </p>
      <FlagChip status={session.status} kind={session.kind} />
      <div className="ml-auto flex flex-wrap items-center gap-x-3 gap-y-1 text-sm text-soft max-sm:ml-0">
        <span>{formatPlural(cars, 'car')}</span>
        <LinkWords store={store} />
        <DelayMenu wantedS={wantedS} givenS={Math.max(givenS, wantedS)} onWant={onWant} />
        {children}
      </div>
    </header>
  );
}

function Elapsed({ store, targetMs }: { store: LiveStore; targetMs: number | null }) {
  const seconds = useElapsedS(store);
  return (
    <span className="text-text" title="Since the green flag, before it since the session began">
      {seconds === null ? MISSING : formatElapsed(seconds * 1000)}
      {targetMs !== null && ` of ${formatElapsed(targetMs)}`} elapsed
    </span>
  );
}
