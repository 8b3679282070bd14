import { formatCount } from '@/components/format';
import type { LapItem } from '@/lib/contracts/laps';

const CLASS_WORDS: Record<LapItem['class'], string> = {
  complete: 'Complete',
  invalid: 'Invalid',
  outlap: 'Out lap',
  inlap: 'In lap',
  pitstop: 'Pit stop',
};

const LAP_REASONS: Record<string, string> = {
  aborted: 'the car was reset',
  gps_gap: 'no position at a gate',
  too_long: 'driven much too far for one lap',
  session_end: 'the recording ended',
};

const REJECTED_REASONS: Record<string, string> = {
  duplicate: 'time seen before',
  backwards: 'clock went back',
  out_of_range: 'outside any coordinates',
  range: 'outside any coordinates',
  not_finite: 'not a number',
  null_island: 'at 0, 0',
  teleport: 'jumped too far',
  bad_checksum: 'bad checksum',
  short_row: 'row cut short',
  no_fix: 'receiver had no fix',
  future: 'ahead of the clock',
};

export function lapClassWord(lapClass: LapItem['class']): string {
  return CLASS_WORDS[lapClass];
}

/** Why a lap does not count, in words: `missed S2`, `the recording ended`. Empty when there is nothing to say. */
export function lapReasonWords(
  lap: Pick<LapItem, 'reason' | 'estimated'>,
  gateName: (number: number) => string,
) {
  const words: string[] = [];
  if (lap.reason?.startsWith('missed:')) {
    const gates = lap.reason.slice('missed:'.length).split(',').map(Number).filter(Number.isFinite);
    words.push(`missed ${gates.map(gateName).join(', ')}`);
  } else if (lap.reason) {
    words.push(LAP_REASONS[lap.reason] ?? lap.reason.replaceAll('_', ' '));
  }
  if (lap.estimated) words.push('estimated: a gap lies at a gate');
  return words.join(' · ');
}

/** `3 time seen before, 1 jumped too far`. */
export function rejectedWords(rejected: Readonly<Record<string, number>>): string {
  return countedWords(rejected, REJECTED_REASONS);
}

/** Counts with the words for what is counted, the most frequent first; what has no words keeps its own name. */
export function countedWords(
  counts: Readonly<Record<string, number>>,
  words: Readonly<Record<string, string>> = {},
): string {
  return Object.entries(counts)
    .filter(([, count]) => count > 0)
    .sort(([, a], [, b]) => b - a)
    .map(([name, count]) => `${formatCount(count)} ${words[name] ?? name.replaceAll('_', ' ')}`)
    .join(', ');
}

export function countRejected(rejected: Record<string, number>): number {
  return Object.values(rejected).reduce((sum, count) => sum + count, 0);
}
