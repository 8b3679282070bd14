import { describe, expect, it } from 'vitest';
import { clubCircuit, hairpinCircuit } from '@/lib/simulator/circuits';
import type { Driven } from '@/lib/simulator/drive';
import { carState } from '@/lib/simulator/motion';
import { REAL_RECEIVER, type Receiver } from '@/lib/simulator/receiver';
import { pathOfTrack } from '@/lib/timing/live/lap-path';
import { LiveEntry } from '@/lib/timing/live/live-entry';
import { driveCar, entryOf, fixesOf, START_MS } from './field';

const CIRCUIT = clubCircuit({ origin: { x: 2.26, y: 41.57 }, pitGates: 'none' });
const PATH = pathOfTrack(CIRCUIT.track);

const carOf = (receiver: Partial<Receiver>) =>
  driveCar(
    { circuit: CIRCUIT, fromM: 200, laps: 6, pace: 0.9, varied: { pace: 0.02, sideM: 0.8 }, receiver },
    'delta',
  );

type Place = { timeMs: number; x: number; y: number };

/** The places of a motion between two instants (from its start), every 10 ms. */
function placesOf(driven: Driven, fromMs: number, toMs: number): Place[] {
  const state = carState();
  const places: Place[] = [];
  for (let timeMs = fromMs; timeMs <= toMs; timeMs += 10) {
    const { x, y } = driven.motion.at(timeMs, state);
    places.push({ timeMs: timeMs - fromMs, x, y });
  }
  return places;
}

/** When the reference was truly nearest to a place, looked for 3 s around `nearMs`. */
function trueReferenceMs(places: readonly Place[], x: number, y: number, nearMs: number): number {
  let [best, least] = [Number.NaN, Number.POSITIVE_INFINITY];
  const from = Math.max(0, Math.floor((nearMs - 3000) / 10));
  for (let i = from; i + 1 < Math.min(places.length, from + 600); i++) {
    const [a, b] = [places[i], places[i + 1]];
    if (!a || !b) continue;
    const [wx, wy] = [b.x - a.x, b.y - a.y];
    const u = Math.min(1, Math.max(0, ((x - a.x) * wx + (y - a.y) * wy) / (wx * wx + wy * wy)));
    const d = Math.hypot(a.x + u * wx - x, a.y + u * wy - y);
    if (d < least) [best, least] = [a.timeMs + u * 10, d];
  }
  return best;
}

describe('the live delta', () => {
  it.each([
    ['exact fixes at 10 Hz', { rateHz: 10 }, 1, 6],
    ['exact fixes at 1 Hz', { rateHz: 1 }, 2, 10],
    ['a real receiver at 10 Hz', { ...REAL_RECEIVER, rateHz: 10 }, 30, 150],
    ['a real receiver at 1 Hz', { ...REAL_RECEIVER, rateHz: 1 }, 30, 150],
  ])('against the exact truth: %s', (name, receiver, rmsMs, maxMs) => {
    const car = carOf(receiver);
    const entry = new LiveEntry({ track: CIRCUIT.track, raceStartMs: null, path: PATH });
    const [first] = car.truth.laps;
    const reference = placesOf(car, (first?.startMs ?? 0) - START_MS, (first?.endMs ?? 0) - START_MS);
    const state = carState();
    const errors: number[] = [];
    let held = entry.view.reference;
    for (const fix of fixesOf(car.fixes)) {
      entry.push(fix);
      // Always against the first lap, whatever became the best one since.
      held ??= entry.view.reference;
      const delta = entry.view.deltaTo(held);
      // Right at the line the receiver may be in another lap than the car.
      const lap = car.truth.laps.find(
        ({ startMs, endMs }) => startMs + 100 < fix.timeMs && fix.timeMs < endMs - 100,
      );
      if (!delta || !held || !lap || entry.view.running?.number === 1) continue;
      const { x, y } = car.motion.at(fix.timeMs - START_MS, state);
      const elapsedMs = fix.timeMs - lap.startMs;
      const truthMs = elapsedMs - trueReferenceMs(reference, x, y, elapsedMs - delta.deltaMs);
      errors.push(delta.deltaMs - truthMs);
      expect(delta.predictedMs - delta.deltaMs).toBeCloseTo(held.timeMs, 6);
    }
    const rms = Math.sqrt(errors.reduce((sum, error) => sum + error * error, 0) / errors.length);
    const max = Math.max(...errors.map(Math.abs));
    console.info(
      `${name}: delta error rms ${rms.toFixed(2)} ms, max ${max.toFixed(1)} ms, n ${errors.length}`,
    );
    expect(errors.length).toBeGreaterThan(150);
    expect(rms).toBeLessThan(rmsMs);
    expect(max).toBeLessThan(maxMs);
  });

  it('predicts at the line the lap that the line then gives', () => {
    const entry = new LiveEntry({ track: CIRCUIT.track, raceStartMs: null, path: PATH });
    const errors: number[] = [];
    for (const fix of fixesOf(carOf({ ...REAL_RECEIVER, rateHz: 10 }).fixes)) {
      const before = entry.view.deltaTo(entry.view.reference);
      for (const event of entry.push(fix)) {
        if (event.type === 'lap' && before) errors.push(before.predictedMs - event.lap.timeMs);
      }
    }
    expect(errors.length).toBe(4);
    for (const error of errors) expect(Math.abs(error)).toBeLessThan(40);
  });

  it('says nothing on an outlap, without a reference, and beside the road', () => {
    const { fixes } = carOf({ rateHz: 10 });
    const best = entryOf(CIRCUIT.track, fixes, { path: PATH }).view.reference;
    const entry = new LiveEntry({ track: CIRCUIT.track, raceStartMs: null, path: PATH });
    const list = fixesOf(fixes);
    for (const fix of list.slice(0, 30)) {
      entry.push(fix);
      expect(entry.view.running?.number === 0 ? entry.view.deltaTo(best) : null).toBeNull();
    }
    for (const fix of list.slice(30, 300)) entry.push(fix);
    expect(entry.view.deltaTo(null)).toBeNull();
    expect(entry.view.deltaTo(best)?.deltaMs).toBeTypeOf('number');
    // Away from the road, and too slowly to be taken for a jump.
    for (const [i, fix] of list.slice(300, 305).entries()) {
      const course = (fix.courseDeg * Math.PI) / 180;
      const degrees = 0.0001 * (i + 1);
      entry.push({ ...fix, x: fix.x + degrees * Math.cos(course), y: fix.y - degrees * Math.sin(course) });
    }
    expect(entry.view.lastFix?.timeMs).toBe(list[304]?.timeMs);
    expect(entry.view.deltaTo(best)).toBeNull();
  });

  it('never compares with the road beside: on straights 15 m apart it stays small', () => {
    const circuit = hairpinCircuit({ origin: { x: 2.26, y: 41.57 } });
    const path = pathOfTrack(circuit.track);
    const car = driveCar(
      { circuit, fromM: 150, laps: 4, pace: 0.9, varied: { pace: 0, sideM: 2 }, receiver: { rateHz: 5 } },
      'hairpin',
    );
    const entry = new LiveEntry({ track: circuit.track, raceStartMs: null, path });
    let count = 0;
    for (const fix of fixesOf(car.fixes)) {
      entry.push(fix);
      const delta = entry.view.deltaTo(entry.view.reference);
      if (!delta) continue;
      count++;
      expect(Math.abs(delta.deltaMs)).toBeLessThan(1_500);
    }
    expect(count).toBeGreaterThan(300);
  });
});
