'use client';

import { useEffect, useMemo, useState } from 'react';
import { useLiveBoard } from '@/components/hooks/use-live-board';
import { useLiveView } from '@/components/hooks/use-live-view';
import { frameOfCars } from '@/components/map/car-trails';
import { gateNames } from '@/components/map/gate-words';
import { LiveMapView } from '@/components/map/live-map';
import type { CarFeed } from '@/components/map/use-moving-cars';
import type { LiveBoardPage } from '@/lib/contracts/live';
import { keepHiddenColumns } from './board-choice';
import type { ColumnId } from './board-columns';
import { BoardTable } from './board-table';
import { shortLabel } from './board-words';
import { ColumnMenu } from './column-menu';
import { DelayNote } from './delay-menu';
import { EndBanner } from './link-words';
import { LiveHeader } from './live-header';
import { type LiveStore, useLive } from './live-store';
import { RaceControl } from './race-control';
import { createStripRecorder, type StripRecorder } from './strip-recorder';
import { StripsPanel } from './strips-panel';
import { WaitingForFixes } from './waiting-for-fixes';

type LiveViewProps = {
  page: LiveBoardPage;
  /** Whether the viewer may show flags; changing and closing is `page.mine`. */
  mayMark: boolean;
  hidden: readonly ColumnId[];
  tileUrl: string | null;
};

/** A live session: who is where, on the board and on the map; what one of them does; what race control says. */
export function LiveView({ page, mayMark, hidden: firstHidden, tileUrl }: LiveViewProps) {
  const view = useLiveView();
  const { follow, setFollow, delayS } = view;
  const store = useLiveBoard(page, { delayS, follow });
  const recorder = useStripRecorder(store, follow, delayS);
  const feed = useMemo(() => carFeed(store), [store]);
  const gateName = useMemo(() => gateNames(page.track?.checkpoints ?? []), [page.track]);
  const [hidden, setHidden] = useState<ReadonlySet<ColumnId>>(() => new Set(firstHidden));
  const isStale = useLive(store, ({ link, board }) => isOld(link.kind) && board.cars.length > 0);
  const hasRows = useLive(store, ({ board }) => board.rows.length > 0);
  const hasCars = useLive(store, ({ board }) => board.cars.length > 0);
  const carFrame = useLive(store, ({ board }) => frameOfCars(board.cars));
  const givenS = useLive(store, ({ board }) => board.delay_s);
  const sessionId = page.session.session_id;
  return (
    <div className="live-page flex flex-col gap-3">
      <LiveHeader store={store} wantedS={delayS} onWant={view.setDelay}>
        <ColumnMenu
          hidden={hidden}
          onHide={(ids) => {
            keepHiddenColumns(ids);
            setHidden(new Set(ids));
          }}
        />
      </LiveHeader>
      <EndBanner store={store} sessionId={sessionId} />
      <div className="live-main flex flex-col gap-3">
        <div className="flex min-w-0 flex-col gap-3">
          {hasRows && (
            <BoardTable
              store={store}
              hidden={hidden}
              sectors={sectorsOf(page)}
              gateName={gateName}
              follow={follow}
              onFollow={setFollow}
              isStale={isStale}
            />
          )}
          {!hasCars && <WaitingForFixes store={store} delayS={Math.max(delayS, givenS)} />}
        </div>
        <div className="live-lower">
          <LiveMapView
            track={page.track}
            frame={page.track?.frame ?? carFrame}
            feed={feed}
            followed={follow}
            onFollow={setFollow}
            tileUrl={tileUrl}
            label="Map of the cars"
          >
            <DelayNote delayS={givenS} />
          </LiveMapView>
          <StripsPanel store={store} recorder={recorder} view={view} />
        </div>
      </div>
      <RaceControl
        store={store}
        sessionId={sessionId}
        may={{ mark: mayMark, change: page.mine }}
        sessionDelayS={page.delay_s}
      />
    </div>
  );
}

const isOld = (kind: string) => kind === 'stale' || kind === 'reconnecting' || kind === 'asleep';

/** Sectors of the track: the pieces between its start line and its sector lines. */
function sectorsOf({ track }: LiveBoardPage): number {
  return track ? track.checkpoints.filter(({ type }) => type === 'sector').length + 1 : 0;
}

function carFeed(store: LiveStore): CarFeed {
  return {
    subscribe: store.subscribe,
    cars: () => store.get().board.cars,
    look(entryId) {
      const row = store.get().board.rows.find((each) => each.entry_id === entryId);
      return row ? { label: row.number ?? shortLabel(row.label), isDim: row.state !== 'track' } : null;
    },
  };
}

/** Keeps what the followed car did, for its strips; what it did now is nothing to a view that is later than that. */
function useStripRecorder(store: LiveStore, follow: number | null, delayS: number): StripRecorder {
  const [recorder] = useState(createStripRecorder);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another delay shows another time.
  useEffect(() => {
    recorder.begin(follow);
    const takeRow = () =>
      recorder.takeRow(store.get().board.rows.find((row) => row.entry_id === follow) ?? null);
    const stopRows = store.subscribe(takeRow);
    const stopFixes = store.onFollow(recorder.take);
    return () => {
      stopRows();
      stopFixes();
    };
  }, [store, recorder, follow, delayS]);
  return recorder;
}
