'use client';

import { useMemo, useSyncExternalStore } from 'react';
import { StripChart } from '@/components/charts/strip-chart';
import type { LiveView, StripSpan } from '@/components/hooks/use-live-view';
import { CheckMenu } from '@/components/ui/check-menu';
import { usePreferences } from '@/components/ui/preferences';
import { Select } from '@/components/ui/select';
import type { BoardRow } from '@/lib/contracts/live';
import { entryWords } from './board-words';
import { DelayNote } from './delay-menu';
import { type LiveStore, useLive } from './live-store';
import type { StripRecorder } from './strip-recorder';
import { channelWords, choosableChannels, chosenChannels, stripSource, stripsOf } from './strips';

const SPANS: { value: StripSpan; words: string }[] = [
  { value: '60s', words: 'Last 60 s' },
  { value: 'lap', words: 'This lap' },
  { value: 'last', words: 'Last lap' },
];

type StripsPanelProps = { store: LiveStore; recorder: StripRecorder; view: LiveView };

/** What the followed car does, as running charts under each other. */
export function StripsPanel({ store, recorder, view }: StripsPanelProps) {
  const { follow, span, strips: wanted } = view;
  const { units } = usePreferences();
  const name = useLive(store, ({ board }) => nameOf(board.rows, follow));
  const withTrack = useLive(store, (state) => state.board.session.track !== null);
  const delayS = useLive(store, (state) => state.board.delay_s);
  const sent = useSyncExternalStore(recorder.subscribe, recorder.channels, recorder.channels);
  const choosable = useMemo(() => choosableChannels(sent, withTrack), [sent, withTrack]);
  const chosen = useMemo(() => chosenChannels(wanted, choosable), [wanted, choosable]);
  const strips = useMemo(
    () => stripsOf(chosen, units).map((strip) => ({ ...strip, source: stripSource(recorder, strip, span) })),
    [chosen, units, recorder, span],
  );
  if (follow === null || name === null)
    return (
      <section
        aria-label="Strip charts"
        className="grid min-h-40 place-content-center rounded-md border border-line bg-panel p-6 text-center text-sm text-soft"
      >
        Click a row, or press Enter on it: its speed, pedals and delta run here.
      </section>
    );
  return (
    <section aria-label={`Strip charts of ${name}`} className="min-w-0 rounded-md border border-line p-2">
      <div className="mb-2 flex flex-wrap items-center gap-2">
        <h2 className="mr-auto min-w-0 truncate text-sm font-semibold" title={name}>
          {name}
        </h2>
        <DelayNote delayS={delayS} />
        <Select label="Span" value={span} options={SPANS} onChange={view.setSpan} />
        <CheckMenu
          title="What the car sends"
          items={choosable.map((id) => ({ id, words: channelWords(id) }))}
          chosen={chosen}
          onChoose={view.setStrips}
        >
          Channels
        </CheckMenu>
      </div>
      {strips.map((strip, place) => (
        <StripChart
          key={strip.key}
          label={strip.label}
          unit={strip.unit}
          lines={strip.lines}
          source={strip.source}
          format={strip.format}
          heightPx={strip.heightPx + (place === strips.length - 1 ? 20 : 0)}
          syncKey="live"
          withSeconds={place === strips.length - 1}
        />
      ))}
      {strips.length === 0 && <p className="p-2 text-sm text-soft">No channel is chosen.</p>}
    </section>
  );
}

function nameOf(rows: readonly BoardRow[], follow: number | null): string | null {
  const row = rows.find((each) => each.entry_id === follow);
  return row ? entryWords(row) : null;
}
