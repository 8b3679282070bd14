'use client';

import { LocalTime } from '@/components/timing/local-time';
import type { Mark } from '@/lib/contracts/live';
import { ControlButtons, type ControlRights } from './control-buttons';
import { DelayNote } from './delay-menu';
import { type EntryName, useEntryNames } from './entry-names';
import { MarkChip } from './flag-chip';
import { type LiveStore, useLive } from './live-store';

type RaceControlProps = {
  store: LiveStore;
  sessionId: number;
  may: ControlRights;
  /** What everybody else sees late. */
  sessionDelayS: number;
};

/** What race control has shown and written, newest first; for those who may, the buttons to do it. */
export function RaceControl({ store, sessionId, may, sessionDelayS }: RaceControlProps) {
  const marks = useLive(store, (state) => state.board.marks);
  const names = useEntryNames(store);
  const delayS = useLive(store, (state) => state.board.delay_s);
  const closed = useLive(store, (state) => state.board.session.closed);
  return (
    <section aria-label="Race control" className="flex min-w-0 flex-col gap-2">
      <div className="flex items-baseline gap-3">
        <h2 className="text-lg font-semibold">Race control</h2>
        <DelayNote delayS={delayS} />
      </div>
      {(may.mark || may.change) && !closed && (
        <ControlButtons
          sessionId={sessionId}
          may={may}
          names={names}
          sessionDelayS={sessionDelayS}
          shownDelayS={delayS}
        />
      )}
      <Messages marks={marks} names={names} />
    </section>
  );
}

function Messages({ marks, names }: { marks: readonly Mark[]; names: readonly EntryName[] }) {
  if (marks.length === 0)
    return (
      <p className="rounded-md border border-line bg-panel px-3 py-2 text-sm text-soft">
        Nothing yet: flags and notes appear here with their time.
      </p>
    );
  return (
    <div
      role="log"
      aria-label="Messages of race control"
      // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard.
      tabIndex={0}
      className="max-h-64 overflow-auto rounded-md border border-line text-sm"
    >
      <ol>
        {[...marks].reverse().map((mark) => (
          <Message key={mark.id} mark={mark} about={names.find(({ entryId }) => entryId === mark.entry_id)} />
        ))}
      </ol>
    </div>
  );
}

function Message({ mark, about }: { mark: Mark; about: EntryName | undefined }) {
  return (
    <li className="flex flex-wrap items-center gap-x-3 gap-y-1 border-b border-line px-3 py-1.5 last:border-b-0">
      <span className="text-soft">
        <LocalTime instant={new Date(mark.at_ms).toISOString()} style="time" />
      </span>
      <MarkChip kind={mark.kind} />
      {about && <span className="font-medium">{about.words}</span>}
      <span className="min-w-0 break-words">{mark.text}</span>
    </li>
  );
}
