import type { LapClass } from './types';

/** What is known of a lap when it closes. */
export type LapFacts = {
  /** A reset, a return to the garage, or the sim says that it does not count. */
  aborted: boolean;
  /** Before the first start crossing, or begun in the pit lane. */
  beganOut: boolean;
  /** The recording ended within it, and how. */
  openEnd: 'standing' | 'pit' | 'driving' | null;
  /** It holds a whole pit visit, or a long stop on a track without pit lines. */
  pitVisit: boolean;
  /** It ended in the pit lane. */
  endedInPit: boolean;
  missed: readonly number[];
  missedInGap: boolean;
  tooLong: boolean;
  /** Number of the start gate when later gates were met twice without it; null = they were not. */
  lineMissed: number | null;
};

type Rule = { when(facts: LapFacts): boolean; class: LapClass; reason?: (facts: LapFacts) => string };

/** The first rule that fits gives the class. */
const RULES: readonly Rule[] = [
  { when: (lap) => lap.aborted, class: 'invalid', reason: () => 'aborted' },
  { when: (lap) => lap.beganOut, class: 'outlap' },
  { when: (lap) => lap.openEnd === 'standing' || lap.openEnd === 'pit', class: 'inlap' },
  { when: (lap) => lap.openEnd === 'driving', class: 'invalid', reason: () => 'session_end' },
  { when: (lap) => lap.pitVisit, class: 'pitstop' },
  { when: (lap) => lap.endedInPit, class: 'inlap' },
  { when: (lap) => lap.missedInGap, class: 'invalid', reason: () => 'gps_gap' },
  {
    when: (lap) => lap.missed.length > 0,
    class: 'invalid',
    reason: (lap) => `missed:${lap.missed.join(',')}`,
  },
  { when: (lap) => lap.tooLong, class: 'invalid', reason: () => 'too_long' },
  { when: (lap) => lap.lineMissed !== null, class: 'invalid', reason: (lap) => `missed:${lap.lineMissed}` },
  { when: () => true, class: 'complete' },
];

export function classify(facts: LapFacts): { class: LapClass; reason: string | null } {
  const rule = RULES.find((candidate) => candidate.when(facts));
  return { class: rule?.class ?? 'complete', reason: rule?.reason?.(facts) ?? null };
}
