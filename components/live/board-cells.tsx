'use client';

import { memo, type ReactNode } from 'react';
import {
  formatCount,
  formatGap,
  formatLapTime,
  formatSectorTime,
  MISSING,
  speedIn,
  type Units,
} from '@/components/format';
import type { BoardLap, BoardRow, TimeColour } from '@/lib/contracts/live';
import type { BoardColumn } from './board-columns';
import { gapWords, lapNote, STATE_WORDS } from './board-words';
import { MiniSectors } from './mini-sectors';
import { useFlash } from './motion';

/** What cells need beside their row: the reader's units, and what the gates of the track are called. */
export type CellWays = { units: Units; gateName(number: number): string };

/** What one cell of the board shows. */
export function cellOf(column: BoardColumn, row: BoardRow, { units, gateName }: CellWays): ReactNode {
  switch (column.id) {
    case 'position':
      return row.position ?? MISSING;
    case 'number':
      return <CarNumber number={row.number} />;
    case 'driver':
      return <Driver row={row} />;
    case 'class':
      return <Cut words={row.car_class} />;
    case 'state':
      return <State state={row.state} />;
    case 'laps':
      return formatCount(row.laps);
    case 'gap':
      return gapWords(row.gap);
    case 'interval':
      return gapWords(row.interval);
    case 'last':
      return <LapTime lap={row.last} gateName={gateName} />;
    case 'best':
      return <LapTime lap={row.best} gateName={gateName} isBest />;
    case 'sectors':
      return <SectorTime row={row} sector={column.sector} />;
    case 'minis':
      return <MiniSectors minis={row.minis} />;
    case 'delta':
      return formatGap(row.delta_best_ms);
    case 'predicted':
      return formatLapTime(row.predicted_ms);
    case 'stint':
      return row.stint.number === 0 ? MISSING : `${row.stint.number}·${row.stint.laps}`;
    case 'speed':
      return row.speed_mps === null ? MISSING : Math.round(speedIn(units, row.speed_mps));
  }
}

const MARKS: Record<TimeColour, { sign: string; words: string; look: string } | null> = {
  session: { sign: '◆', words: 'best of the session', look: 'text-session-best' },
  personal: { sign: '▲', words: 'own best', look: 'text-personal-best' },
  slower: null,
  none: null,
};

function Signed({
  text,
  sign,
  words,
}: {
  text: string;
  sign?: string | undefined;
  words?: string | undefined;
}) {
  return (
    <>
      {text}
      <span className="board-sign" title={words}>
        {sign !== undefined && <span aria-hidden>{sign}</span>}
        {words !== undefined && <span className="sr-only">, {words}</span>}
      </span>
    </>
  );
}

type LapTimeProps = { lap: BoardLap | null; gateName: CellWays['gateName']; isBest?: boolean };

function LapTime({ lap, gateName, isBest = false }: LapTimeProps) {
  const isRecord = lap?.colour === 'session' && lap.class === 'complete';
  const flash = useFlash(lap?.time_ms ?? null, isRecord && isBest);
  if (!lap) return <Signed text={MISSING} />;
  const note = lapNote(lap, gateName);
  // Every best is the entry's own: there only the session's is marked.
  const mark = note || (isBest && lap.colour !== 'session') ? null : MARKS[lap.colour];
  const look = mark?.look ?? (note ? 'text-quiet' : '');
  const cut = lap.class === 'invalid' ? 'line-through' : '';
  return (
    <span ref={flash} className={`rounded-md ${look}`}>
      <span className={cut}>{formatLapTime(lap.time_ms)}</span>
      <Signed text="" sign={note?.sign ?? mark?.sign} words={note?.words ?? mark?.words} />
    </span>
  );
}

function SectorTime({ row, sector }: { row: BoardRow; sector: number }) {
  const shown = row.sectors[sector];
  if (!shown || shown.time_ms === null) return <Signed text={MISSING} />;
  const mark = MARKS[shown.colour];
  return (
    <span
      className={shown.old ? 'text-quiet' : (mark?.look ?? '')}
      title={shown.old ? 'Of the last lap' : undefined}
    >
      <Signed text={formatSectorTime(shown.time_ms)} sign={mark?.sign} words={mark?.words} />
    </span>
  );
}

const CarNumber = memo(function CarNumber({ number }: { number: string | null }) {
  if (!number) return <span className="text-quiet">{MISSING}</span>;
  return (
    <span className="inline-block max-w-full truncate align-bottom font-semibold" title={`№ ${number}`}>
      {number}
    </span>
  );
});

function Driver({ row }: { row: BoardRow }) {
  const name = row.driver ?? row.label;
  const more = [name, row.car, row.car_class, row.label === name ? null : row.label]
    .filter(Boolean)
    .join(' · ');
  return (
    <span className="block truncate" title={more}>
      {name}
    </span>
  );
}

function Cut({ words }: { words: string | null }) {
  if (!words) return <span className="text-quiet">{MISSING}</span>;
  return (
    <span className="block truncate" title={words}>
      {words}
    </span>
  );
}

const STATE_LOOKS: Record<BoardRow['state'], string> = {
  waiting: 'border-dashed border-edge text-soft',
  out: 'border-dashed border-edge text-soft',
  track: '',
  pit: 'border-pit text-pit',
  stopped: 'border-danger text-danger',
  finished: 'border-text',
  lost: 'border-dotted border-edge text-soft',
};

const State = memo(function State({ state }: { state: BoardRow['state'] }) {
  const { short, long } = STATE_WORDS[state];
  if (short === '') return <span className="sr-only">{long}</span>;
  return (
    <span className={`rounded-md border px-1 text-xs font-medium ${STATE_LOOKS[state]}`} title={long}>
      {short}
    </span>
  );
});
