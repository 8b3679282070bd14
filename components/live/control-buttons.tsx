'use client';

import { useMutation } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { sendJson } from '@/components/hooks/api';
import { Button } from '@/components/ui/button';
import { ConfirmDialog } from '@/components/ui/confirm-dialog';
import { Failure } from '@/components/ui/failure';
import { INPUT_LOOK } from '@/components/ui/field';
import { Select } from '@/components/ui/select';
import type { MarkKind } from '@/lib/contracts/live';
import type { MarkCreate } from '@/lib/contracts/live-requests';
import { FLAG_WORDS } from './board-words';
import type { EntryName } from './entry-names';

const FLAGS: readonly MarkKind[] = ['green', 'yellow', 'safety_car', 'red'];
const LONGEST_NOTE = 300;
const DELAYS_S = [0, 10, 30, 60, 120, 300];

export type ControlRights = {
  /** Show flags and write notes. */
  mark: boolean;
  /** Change the delay and close the session. */
  change: boolean;
};

type ControlButtonsProps = {
  sessionId: number;
  may: ControlRights;
  names: readonly EntryName[];
  sessionDelayS: number;
  shownDelayS: number;
};

/** Flags, notes, the spectators' delay and the end of the session. */
export function ControlButtons({ sessionId, may, names, sessionDelayS, shownDelayS }: ControlButtonsProps) {
  const path = `/api/v1/live/${sessionId}`;
  return (
    <div className="no-print flex flex-col gap-2 rounded-md border border-line bg-panel p-2">
      {may.mark && <Flags path={path} shownDelayS={shownDelayS} />}
      {may.mark && <NoteForm path={path} names={names} />}
      {may.change && (
        <div className="flex flex-wrap items-center justify-end gap-2">
          <SpectatorDelay path={path} delayS={sessionDelayS} />
          <CloseButton path={path} />
        </div>
      )}
    </div>
  );
}

const sendMark = (path: string, mark: Partial<MarkCreate>) => sendJson('POST', `${path}/marks`, mark);

function Flags({ path, shownDelayS }: { path: string; shownDelayS: number }) {
  const [isAsking, setAsking] = useState(false);
  const mark = useMutation({ mutationFn: (kind: MarkKind) => sendMark(path, { kind }) });
  return (
    <>
      <div className="flex flex-wrap items-center gap-2">
        {FLAGS.map((kind) => (
          <Button key={kind} onPress={() => mark.mutate(kind)} isDisabled={mark.isPending}>
            <span aria-hidden className={`flag-dot flag-${kind === 'safety_car' ? 'yellow' : kind}`} />
            {FLAG_WORDS[kind]}
          </Button>
        ))}
        <Button onPress={() => setAsking(true)}>
          <span aria-hidden className="chequers" /> Chequered…
        </Button>
        <span role="status" className="text-sm text-soft">
          {mark.isSuccess && shownDelayS > 0 && `Sent; it appears here in ${shownDelayS} s.`}
        </span>
      </div>
      <Failure error={mark.error} kept="Race control shows what it showed before." />
      {isAsking && (
        <ConfirmDialog
          title="Show the chequered flag?"
          action="Show the chequered flag"
          keep="Go on racing"
          kept="The race goes on."
          run={() => sendMark(path, { kind: 'chequered' })}
          onDone={() => setAsking(false)}
          onClose={() => setAsking(false)}
        >
          <p>
            Each car has finished when it next crosses the line. Timing goes on until the session is closed.
          </p>
        </ConfirmDialog>
      )}
    </>
  );
}

function CloseButton({ path }: { path: string }) {
  const [isAsking, setAsking] = useState(false);
  return (
    <>
      <Button look="danger" onPress={() => setAsking(true)}>
        Close the session…
      </Button>
      {isAsking && (
        <ConfirmDialog
          title="Close the session?"
          action="Close the session"
          keep="Keep it open"
          kept="The session is still open."
          run={() => sendJson('POST', `${path}/close`)}
          onDone={() => setAsking(false)}
          onClose={() => setAsking(false)}
        >
          <p>Live timing ends for everybody. All laps and positions stay, on the page of the session.</p>
        </ConfirmDialog>
      )}
    </>
  );
}

function NoteForm({ path, names }: { path: string; names: readonly EntryName[] }) {
  const [text, setText] = useState('');
  const [entry, setEntry] = useState('all');
  const note = useMutation({
    mutationFn: (mark: MarkCreate) => sendMark(path, mark),
    onSuccess: () => setText(''),
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (text.trim() === '' || note.isPending) return;
    note.mutate({ kind: 'note', text: text.trim(), entry_id: entry === 'all' ? null : Number(entry) });
  };
  return (
    <form onSubmit={submit} className="flex flex-wrap items-center gap-2">
      <Select
        label="About"
        value={entry}
        options={[
          { value: 'all', words: 'All cars' },
          ...names.map(({ entryId, words }) => ({ value: String(entryId), words })),
        ]}
        onChange={setEntry}
      />
      <label className="min-w-40 flex-1">
        <span className="sr-only">Note</span>
        <input
          value={text}
          onChange={(event) => setText(event.target.value)}
          maxLength={LONGEST_NOTE}
          placeholder="A note for everybody who watches"
          className={INPUT_LOOK}
        />
      </label>
      <Button type="submit" isDisabled={text.trim() === '' || note.isPending}>
        Note
      </Button>
      <Failure error={note.error} kept="The note is still in its field." />
    </form>
  );
}

/** By how much those who may not mark see everything late. */
function SpectatorDelay({ path, delayS }: { path: string; delayS: number }) {
  const [shown, setShown] = useState(delayS);
  const change = useMutation({
    mutationFn: (delay_s: number) => sendJson('PATCH', path, { delay_s }),
    onSuccess: (_, delay_s) => setShown(delay_s),
  });
  const choices = [...new Set([...DELAYS_S, shown])].sort((a, b) => a - b);
  return (
    <>
      <Select
        label="Spectators' delay"
        withLabel
        value={String(shown)}
        options={choices.map((value) => ({ value: String(value), words: `${value} s` }))}
        onChange={(value) => change.mutate(Number(value))}
      />
      <Failure error={change.error} kept="The delay stays as it was." />
    </>
  );
}
