import type { Checkpoint, Track } from './types';

/**
 * The order of the timing gates (start, sector, finish; pit lines never enter it). All numbers here are indices
 * into the track's checkpoints.
 */
export type Chain = {
  start: number;
  finish: number | null;
  /** Allowed direct predecessors of each checkpoint; empty for pit lines. */
  allowed: readonly ReadonlySet<number>[];
  /** Place of each gate in a lap: start 0, then 1, 2, …; alternatives share one; -1 for pit lines. */
  slots: readonly number[];
  sectors: number;
};

const isTimed = (gate: Checkpoint) =>
  gate.type === 'start' || gate.type === 'sector' || gate.type === 'finish';

/** Timed gates in driving order when nothing else is said: by number from the start on, the finish last. */
function defaultOrder(gates: readonly Checkpoint[]): number[] {
  const indices = gates.map((_, index) => index).filter((index) => gates[index] && isTimed(gates[index]));
  indices.sort((a, b) => (gates[a]?.number ?? 0) - (gates[b]?.number ?? 0));
  const start = indices.findIndex((index) => gates[index]?.type === 'start');
  const rotated = [...indices.slice(start), ...indices.slice(0, start)];
  return [
    ...rotated.filter((i) => gates[i]?.type !== 'finish'),
    ...rotated.filter((i) => gates[i]?.type === 'finish'),
  ];
}

function predecessors(gates: readonly Checkpoint[]): Set<number>[] {
  const order = defaultOrder(gates);
  const timed = new Set(order);
  const allowed = gates.map((gate, index) => {
    const named = (gate.previous ?? []).map((number) => gates.findIndex((other) => other.number === number));
    const valid = named.filter((other) => timed.has(other));
    if (!timed.has(index)) return new Set<number>();
    if (valid.length > 0) return new Set(valid);
    const place = order.indexOf(index);
    const before = order[place - 1];
    return new Set(before === undefined ? [] : [before]);
  });
  const start = order[0];
  const own = start === undefined ? undefined : allowed[start];
  // Any gate that leads to no further one closes the lap, unless the start names its predecessors.
  if (start !== undefined && own && own.size === 0) {
    const leading = new Set(allowed.flatMap((set, index) => (index === start ? [] : [...set])));
    for (const index of order) if (!leading.has(index)) own.add(index);
  }
  return allowed;
}

/** Least number of steps from the start to each gate; -1 where no way leads. */
function steps(allowed: readonly ReadonlySet<number>[], start: number): number[] {
  const depth: number[] = allowed.map((_, index) => (index === start ? 0 : -1));
  let frontier = [start];
  for (let step = 1; frontier.length > 0; step++) {
    const next = allowed.flatMap((set, i) =>
      depth[i] === -1 && frontier.some((from) => set.has(from)) ? [i] : [],
    );
    for (const index of next) depth[index] = step;
    frontier = next;
  }
  return depth;
}

/**
 * Length of the longest way from the start to each gate, so that every gate of a lap has a slot of its own also
 * where another way is shorter (a joker lap); -1 where no way leads. A way that comes back to a gate counts once.
 */
function depths(allowed: readonly ReadonlySet<number>[], start: number): number[] {
  const depth = new Map<number, number>([[start, 0]]);
  const onWay = new Set<number>();
  const depthOf = (gate: number): number => {
    const known = depth.get(gate);
    if (known !== undefined) return known;
    if (onWay.has(gate)) return -1;
    onWay.add(gate);
    const before = Math.max(-1, ...[...(allowed[gate] ?? [])].map(depthOf));
    onWay.delete(gate);
    const own = before < 0 ? -1 : before + 1;
    depth.set(gate, own);
    return own;
  };
  // A gate seen only in the midst of a ring of ways keeps its shortest way.
  return steps(allowed, start).map((least, gate) => Math.max(least, depthOf(gate)));
}

/** Throws when the track has no start gate; run `checkTrackGraph` first for tracks of people. */
export function chainOf(track: Track): Chain {
  const gates = track.checkpoints;
  const start = gates.findIndex((gate) => gate.type === 'start');
  if (start < 0)
    throw new Error(`Track "${track.name}" has no start gate: give one checkpoint the type start.`);
  const finish = gates.findIndex((gate) => gate.type === 'finish');
  const allowed = predecessors(gates);
  const slots = depths(allowed, start);
  const deepest = Math.max(...slots.filter((_, index) => index !== finish));
  const ends = finish >= 0 ? Math.max(slots[finish] ?? 0, deepest + 1) : deepest + 1;
  return { start, finish: finish >= 0 ? finish : null, allowed, slots, sectors: ends };
}

/**
 * The gates between two crossings of a lap that were passed over: the inner part of the shortest allowed way
 * from one gate to the other. Empty when `to` may follow `from` directly or no way leads there.
 */
export function gatesBetween(chain: Chain, from: number, to: number): number[] {
  const before = new Map<number, number>();
  let frontier = [to];
  while (frontier.length > 0) {
    const next: number[] = [];
    for (const gate of frontier) {
      for (const previous of chain.allowed[gate] ?? []) {
        if (before.has(previous)) continue;
        before.set(previous, gate);
        if (previous !== from) {
          if (previous !== chain.start) next.push(previous);
          continue;
        }
        const way: number[] = [];
        for (let at = before.get(from); at !== undefined && at !== to; at = before.get(at)) way.push(at);
        return way;
      }
    }
    frontier = next;
  }
  return [];
}

/** Faults of a track's gates as sentences for people; empty = sound. */
export function checkTrackGraph(track: Track): string[] {
  const gates = track.checkpoints;
  const faults: string[] = [];
  const starts = gates.filter((gate) => gate.type === 'start').length;
  if (starts !== 1)
    faults.push(`A track needs exactly one checkpoint of type start; this one has ${starts}.`);
  if (gates.filter((gate) => gate.type === 'finish').length > 1)
    faults.push('A track has at most one finish.');
  const numbers = new Set<number>();
  for (const gate of gates) {
    if (numbers.has(gate.number))
      faults.push(`Checkpoint number ${gate.number} is used twice: give each its own.`);
    numbers.add(gate.number);
    const [a, b] = gate.points;
    if (a.x === b.x && a.y === b.y) faults.push(`Checkpoint ${gate.number} needs two different points.`);
    for (const before of gate.previous ?? []) {
      if (!gates.some((other) => other.number === before)) {
        faults.push(
          `Checkpoint ${gate.number} names ${before} in "previous", but there is no checkpoint ${before}.`,
        );
      }
    }
  }
  const has = (type: Checkpoint['type']) => gates.some((gate) => gate.type === type);
  if (has('pit_entry') !== has('pit_exit')) {
    faults.push(
      'A pit_entry needs a pit_exit and the other way round: add the missing one or use one pit line.',
    );
  }
  return faults.length > 0 ? faults : waysOf(track);
}

/** Every timed gate must be reached from the start and must lead back to it (or to the finish). */
function waysOf(track: Track): string[] {
  const chain = chainOf(track);
  const leads = new Set<number>();
  const follow = (index: number) => {
    for (const before of chain.allowed[index] ?? []) {
      if (leads.has(before)) continue;
      leads.add(before);
      follow(before);
    }
  };
  follow(chain.finish ?? chain.start);
  return track.checkpoints.flatMap((gate, index) => {
    if (!isTimed(gate) || index === chain.start) return [];
    if ((chain.slots[index] ?? -1) < 0)
      return [`Checkpoint ${gate.number} cannot be reached from the start: check "previous".`];
    if (index !== chain.finish && !leads.has(index)) {
      return [`Checkpoint ${gate.number} leads nowhere: no way from it closes the lap. Check "previous".`];
    }
    return [];
  });
}
