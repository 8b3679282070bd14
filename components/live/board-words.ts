import { formatGap, MISSING } from '@/components/format';
import { lapReasonWords } from '@/components/reasons';
import type {
  BoardGap,
  BoardLap,
  BoardRow,
  BoardSession,
  MarkKind,
  SessionStatus,
} from '@/lib/contracts/live';

/** What a board says, in words. */

export const KIND_WORDS: Record<BoardSession['kind'], string> = {
  practice: 'Practice',
  qualifying: 'Qualifying',
  race: 'Race',
};

export const FLAG_WORDS: Record<MarkKind, string> = {
  green: 'Green',
  yellow: 'Yellow',
  safety_car: 'Safety car',
  red: 'Red',
  chequered: 'Chequered',
  note: 'Note',
};

export const statusWords = (status: SessionStatus): string =>
  status === 'waiting' ? 'Before the start' : FLAG_WORDS[status];

/** What a car without a number is called where there is room for five letters: `kart 17` → `kar17`. */
export function shortLabel(label: string): string {
  if (label.length <= 5) return label;
  const digits = /\d{1,4}$/.exec(label)?.[0] ?? '';
  return `${label.slice(0, 5 - Math.max(2, digits.length))}${digits || label.slice(3, 5)}`;
}

/** `+0.123`, `+1 LAP`, `–`. */
export function gapWords(gap: BoardGap | null): string {
  if (!gap) return MISSING;
  if (gap.laps !== null && gap.laps > 0) return gap.laps === 1 ? '+1 LAP' : `+${gap.laps} LAPS`;
  return formatGap(gap.ms);
}

type StateWords = { short: string; long: string };

/** Short for the cell, long for its title. On the track there is nothing to say. */
export const STATE_WORDS: Record<BoardRow['state'], StateWords> = {
  waiting: { short: 'WAITING', long: 'No fix yet' },
  out: { short: 'OUT', long: 'On its way to its first start crossing' },
  track: { short: '', long: 'On the track' },
  pit: { short: 'PIT', long: 'In the pit lane' },
  stopped: { short: 'STOPPED', long: 'Stands on the track' },
  finished: { short: 'FINISHED', long: 'Has taken the chequered flag' },
  lost: { short: 'LOST', long: 'No fix for longer than it should' },
};

/** The letter behind a time that is no complete lap's, with its meaning. */
export function lapNote(
  lap: BoardLap,
  gateName: (number: number) => string,
): { sign: string; words: string } | null {
  const why = lapReasonWords(lap, gateName);
  if (lap.class === 'invalid') return { sign: '✕', words: `invalid: ${why || 'does not count'}` };
  if (lap.class === 'outlap') return { sign: 'o', words: 'out lap' };
  if (lap.class === 'inlap') return { sign: 'i', words: 'in lap' };
  if (lap.class === 'pitstop') return { sign: 'p', words: 'pit stop' };
  return lap.estimated ? { sign: '~', words: why } : null;
}

/** `14:23`, `1:02:03`. */
export function formatElapsed(elapsedMs: number): string {
  const whole = Math.max(0, Math.floor(elapsedMs / 1000));
  const pad = (value: number) => String(value).padStart(2, '0');
  const hours = Math.floor(whole / 3600);
  const minutes = Math.floor(whole / 60) % 60;
  return hours > 0 ? `${hours}:${pad(minutes)}:${pad(whole % 60)}` : `${minutes}:${pad(whole % 60)}`;
}

/** `Lap 12/20` of the leader, `Lap 12` where no length is given; empty where no laps are counted down. */
export function lapWords(session: BoardSession): string {
  const { leader_laps: done, laps_target: target, order, track } = session;
  if (!track) return '';
  if (target !== null) return `Lap ${Math.min(done + 1, target)}/${target}`;
  if (order !== 'race') return '';
  return `Lap ${done + 1}`;
}

/** What an entry is called in a sentence: `№ 11 Ada Ruiz`. */
export function entryWords(row: Pick<BoardRow, 'number' | 'driver' | 'label'>): string {
  const name = row.driver ?? row.label;
  return row.number ? `№ ${row.number} ${name}` : name;
}
