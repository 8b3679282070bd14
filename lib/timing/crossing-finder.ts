import { isOnGate, type Meeting, meetLine, neededHalfWidthM, type Place } from './crossing';
import { distanceFromGate, distanceFromLine, type Gate } from './gate';
import type { Frame } from './types';

/** Per gate: side of its line last seen (0 = none yet) and whether it may fire. */
export type GateState = { side: number; armed: boolean };

export type Found = { gate: Gate; meeting: Meeting; timeMs: number; direction: 1 | -1 };

const REARM_M = 20;
/** A gate rearms this many of its lengths away; planar places are exact, and an arena has no more room. */
const REARM_LENGTHS = { wgs84: 2, planar: 0.5 };
const NONE: readonly Found[] = Object.freeze([]);

/** Finds where steps between fixes meet gates; keeps the side of each line and the arming of each gate. */
export class CrossingFinder {
  private states: GateState[];
  private readonly rearmM: number[];

  constructor(
    private readonly gates: readonly Gate[],
    frame: Frame,
    rearmM: number | null,
  ) {
    this.states = gates.map(() => ({ side: 0, armed: true }));
    this.rearmM = gates.map((gate) => rearmM ?? Math.min(REARM_M, REARM_LENGTHS[frame] * gate.lengthM));
  }

  /** A place without a way to it: nothing is crossed. */
  begin(place: Place): void {
    for (const gate of this.gates) {
      const state = this.states[gate.index];
      if (state) state.side = Math.sign(distanceFromLine(gate, place.x, place.y));
    }
  }

  /** Every gate met on the step, in the order of time. `sigmaM` = one sigma of the places. */
  find(from: Place, to: Place, sigmaM: number): readonly Found[] {
    let found: Found[] | null = null;
    for (let i = 0; i < this.gates.length; i++) {
      const gate = this.gates[i];
      const state = this.states[i];
      if (!gate || !state) continue;
      const d1 = distanceFromLine(gate, to.x, to.y);
      const side = Math.sign(d1);
      // A fix exactly on the line belongs to the step that leaves it: half-open, so it counts once.
      if (side !== 0 && side !== state.side) {
        const d0 = distanceFromLine(gate, from.x, from.y);
        const meets = state.side !== 0 || d0 === 0;
        const one = meets ? meet(gate, from, to, d0, d1, sigmaM) : null;
        if (one) found = found ? [...found, one] : [one];
        state.side = side;
      }
      if (!state.armed) state.armed = distanceFromGate(gate, to.x, to.y) > (this.rearmM[i] ?? 0);
    }
    // At the same instant the pit lane's piece of the start line goes before the start itself.
    return (
      found?.sort((a, b) => a.timeMs - b.timeMs || Number(b.gate.closesLap) - Number(a.gate.closesLap)) ??
      NONE
    );
  }

  isArmed(gate: Gate): boolean {
    return this.states[gate.index]?.armed ?? false;
  }

  /** The car was put elsewhere: every gate counts again. */
  rearm(): void {
    for (const state of this.states) state.armed = true;
  }

  /** The gate counts again only after the car has left its surroundings. */
  disarm(gate: Gate): void {
    const state = this.states[gate.index];
    if (state) state.armed = false;
  }

  snapshot(): GateState[] {
    return structuredClone(this.states);
  }

  restore(states: GateState[]): void {
    this.states = structuredClone(states);
  }
}

function meet(gate: Gate, from: Place, to: Place, d0: number, d1: number, sigmaM: number): Found | null {
  const meeting = meetLine(gate, from, to, d0, d1);
  const neededM = neededHalfWidthM(sigmaM, (to.timeMs - from.timeMs) / 1000);
  if (!isOnGate(gate, meeting, neededM)) return null;
  const timeMs = Math.round((from.timeMs + meeting.u * (to.timeMs - from.timeMs)) * 1000) / 1000;
  return { gate, meeting, timeMs, direction: d1 > 0 ? 1 : -1 };
}
