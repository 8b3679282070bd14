import type { CheckpointItem } from '@/lib/contracts/tracks';

/** The start line in text colour, sectors in the accent, everything of the pits in the pit's blue. */
export function gateToken(gate: Pick<CheckpointItem, 'type'>): string {
  if (gate.type === 'start' || gate.type === 'finish') return 'text';
  return gate.type === 'sector' ? 'accent' : 'pit';
}

const WORDS: Record<CheckpointItem['type'], string> = {
  start: 'Start',
  finish: 'Finish',
  sector: 'Sector',
  pit: 'Pit',
  pit_entry: 'Pit in',
  pit_exit: 'Pit out',
};

/** Names gates by their number; one that is not among them is `gate 3`. */
export function gateNames(gates: readonly CheckpointItem[]): (number: number) => string {
  const names = new Map(gates.map((gate) => [gate.number, gateName(gate)]));
  return (number) => names.get(number) ?? `gate ${number}`;
}

/** A gate's own name, else what it is. */
export function gateName(gate: Pick<CheckpointItem, 'type' | 'name' | 'number'>): string {
  return gate.name || (gate.type === 'sector' ? `${WORDS.sector} ${gate.number}` : WORDS[gate.type]);
}
