import { describe, expect, it } from 'vitest';
import { hairpinCircuit, ovalCircuit, stageCircuit } from '@/lib/simulator/circuits';
import { montmelo } from '@/lib/simulator/track';
import { gatesOf } from '@/lib/timing/gate';
import { pathForLap, pathOfTrack, reversed } from '@/lib/timing/live/lap-path';
import { LiveEntry } from '@/lib/timing/live/live-entry';
import type { LapPath } from '@/lib/timing/live/types';
import { planeOfTrack, trackLengthM } from '@/lib/timing/plane';
import type { Track } from '@/lib/timing/types';
import { columns, drive, GATES, RECTANGLE, rounds, trackOf } from '../../support/tape';
import { driveCar, entryOf, fixesOf, START_MS } from './field';

const MONTMELO = montmelo();

function needed(path: LapPath | null): LapPath {
  if (!path) throw new Error('There is no path.');
  return path;
}

const turned = (track: Track): Track => ({ ...track, centreline: track.centreline?.toReversed() ?? null });
const undeclared = (track: Track): Track => ({
  ...track,
  checkpoints: track.checkpoints.map((gate) => ({ ...gate, direction: null })),
});
const startOf = (track: Track) =>
  gatesOf(track, planeOfTrack(track), 0).find((gate) => gate.checkpoint.type === 'start');

describe('the reference path of a track', () => {
  it('begins on the start line and is as long as the centreline', () => {
    const path = needed(pathOfTrack(MONTMELO));
    const gate = startOf(MONTMELO);
    const [x = 0, y = 0] = [path.xM[0], path.yM[0]];
    expect(Math.hypot(x - (gate?.middleX ?? 0), y - (gate?.middleY ?? 0))).toBeLessThan(12);
    expect(path.lengthM).toBeCloseTo(trackLengthM(MONTMELO) ?? 0, 1);
    expect([path.xM.at(-1), path.yM.at(-1), path.sM[0], path.sM.at(-1)]).toEqual([x, y, 0, path.lengthM]);
  });

  it('runs as the gates are passed, whichever way it is drawn', () => {
    const path = needed(pathOfTrack(MONTMELO));
    const other = needed(pathOfTrack(turned(MONTMELO)));
    expect(other.lengthM).toBeCloseTo(path.lengthM, 6);
    const near = (from: LapPath) => from.sM.findIndex((sM) => sM > 1_000);
    const [a, b] = [near(path), near(other)];
    expect(other.xM[b]).toBeCloseTo(path.xM[a] ?? Number.NaN, -2);
    expect(other.yM[b]).toBeCloseTo(path.yM[a] ?? Number.NaN, -2);
  });

  it('runs in the order of the sectors where no direction is declared', () => {
    const path = needed(pathOfTrack(MONTMELO));
    for (const track of [undeclared(MONTMELO), undeclared(turned(MONTMELO))]) {
      expect(needed(pathOfTrack(track)).xM[40]).toBeCloseTo(path.xM[40] ?? Number.NaN, -2);
    }
  });

  it('is turned round by the first lap when neither tells', () => {
    const circuit = ovalCircuit({ origin: null, straightM: 300, radiusM: 60 });
    const track = undeclared(turned(circuit.track));
    const wrong = needed(pathOfTrack(track));
    const { fixes } = driveCar({ circuit, fromM: 100, laps: 3, pace: 0.9 }, 'turned');
    const entry = entryOf(track, fixes, { path: wrong });
    const { lapLine } = entry.view;
    expect(lapLine).not.toBeNull();
    if (!lapLine) return;
    const right = needed(pathForLap(track, wrong, lapLine));
    expect(right).toEqual(reversed(wrong));
    expect(pathForLap(track, right, lapLine)).toBe(right);
    const after = entryOf(track, fixes, { path: right });
    expect(after.view.passages[1]?.atMs).not.toContain(null);
  });

  it('is learnt from a lap where there is no centreline', () => {
    const fixes = columns(drive({ x: 0, y: 0 }, rounds(3)));
    const track = trackOf(GATES);
    expect(pathOfTrack(track)).toBeNull();
    const entry = entryOf(track, fixes, { path: null });
    expect([entry.view.hasMinis, entry.view.lapPart, entry.view.parts]).toEqual([false, null, 3]);
    expect(entry.view.passages[1]?.atMs).not.toContain(null);
    const { lapLine } = entry.view;
    const path = needed(lapLine && pathForLap(track, null, lapLine));
    expect(path.lengthM).toBeCloseTo(300, -1);
    entry.setPath(path);
    expect([entry.view.hasMinis, entry.view.parts]).toEqual([true, 24]);
    // The running lap has been gone through again: from the start line to the lower left corner.
    expect(entry.view.lapPart).toBeCloseTo(250 / 300, 2);
    const instants = entry.view.passages[0]?.atMs.slice(0, 20) ?? [];
    expect(instants).not.toContain(null);
    expect((instants[12] ?? 0) - (instants[0] ?? 0)).toBeCloseTo(15_000, -2);
  });

  it('goes from the start to the finish of a stage', () => {
    const circuit = stageCircuit({ origin: null });
    const path = needed(pathOfTrack(turned(circuit.track)));
    expect(path.closed).toBe(false);
    expect(path.lengthM).toBeGreaterThan(1_140);
    expect(path.lengthM).toBeLessThan(1_160);
    const { fixes } = driveCar(
      { circuit, fromM: 20, laps: 0.9, pace: 0.9, receiver: { rateHz: 5 } },
      'stage',
    );
    const entry = new LiveEntry({ track: circuit.track, raceStartMs: null, path });
    let most = 0;
    for (const fix of fixesOf(fixes)) {
      entry.push(fix);
      if (entry.view.running) most = Math.max(most, entry.view.lapPart ?? 0);
    }
    expect(most).toBeGreaterThan(0.97);
    const [passages] = entry.view.passages;
    expect(passages?.atMs).not.toContain(null);
    expect([passages?.atMs[0], passages?.atMs[24]]).toEqual([
      entry.view.laps[0]?.startMs,
      entry.view.laps[0]?.endMs,
    ]);
    expect(entry.view.laps[0]?.class).toBe('complete');
  });
});

describe('following a car on the path', () => {
  it('never changes to the road beside, 15 m away, however wide the car drives', () => {
    const circuit = hairpinCircuit({ origin: { x: 2.26, y: 41.57 } });
    const path = needed(pathOfTrack(circuit.track));
    for (const rateHz of [10, 1]) {
      const varied = { pace: 0.02, sideM: 3 };
      const car = driveCar({ circuit, fromM: 260, laps: 4, pace: 0.9, varied, receiver: { rateHz } }, 'wide');
      const entry = new LiveEntry({ track: circuit.track, raceStartMs: null, path });
      let before: number | null = null;
      for (const fix of fixesOf(car.fixes)) {
        const lap = entry.view.running?.number;
        entry.push(fix);
        const part = entry.view.lapPart ?? Number.NaN;
        const stepM: number = (part - (before ?? part)) * path.lengthM;
        if (lap === entry.view.running?.number) expect(stepM).toBeLessThan(90 / rateHz + 25);
        before = part;
      }
      expect(entry.view.lapsCompleted).toBe(2);
      expect(entry.view.passages[1]?.atMs).not.toContain(null);
    }
  });

  it('finds the car again after a gap of half a lap, with every boundary between', () => {
    const circuit = ovalCircuit({ origin: { x: 2.26, y: 41.57 }, straightM: 500, radiusM: 80 });
    const path = needed(pathOfTrack(circuit.track));
    const receiver = { rateHz: 10, dropouts: [{ fromMs: 40_000, toMs: 52_000 }] };
    const car = driveCar({ circuit, fromM: 200, laps: 5, pace: 0.6, receiver }, 'gap');
    const exact = driveCar({ circuit, fromM: 200, laps: 5, pace: 0.6, receiver: { rateHz: 10 } }, 'gap');
    const [entry, whole] = [car, exact].map(
      () => new LiveEntry({ track: circuit.track, raceStartMs: null, path }),
    );
    const partAt = (one: LiveEntry | undefined, fixes: typeof car.fixes) => {
      for (const fix of fixesOf(fixes)) if (fix.timeMs <= START_MS + 54_000) one?.push(fix);
      return one?.view.lapPart ?? Number.NaN;
    };
    expect(Math.abs(partAt(entry, car.fixes) - partAt(whole, exact.fixes))).toBeLessThan(0.002);
    expect(entry?.view.running?.number).toBe(whole?.view.running?.number);
  });

  it('finds a car again that was put elsewhere, and counts nothing for the jump back', () => {
    const track = trackOf(GATES, { centreline: RECTANGLE });
    const path = needed(pathOfTrack(track));
    const list = fixesOf(columns(drive({ x: 0, y: 0 }, rounds(3))));
    const entry = new LiveEntry({ track, raceStartMs: null, path });
    // Two thirds of the first lap, then put back to where the car was 10 s before.
    for (const fix of list.slice(0, 250)) entry.push(fix);
    const part = entry.view.lapPart ?? 0;
    expect(part).toBeCloseTo(200 / 300, 1);
    entry.reset();
    for (const fix of list.slice(150, 180)) entry.push({ ...fix, timeMs: fix.timeMs + 15_000 });
    expect(entry.view.lapPart).toBe(part);
    for (const fix of list.slice(180, 290)) entry.push({ ...fix, timeMs: fix.timeMs + 15_000 });
    expect(entry.view.lapPart).toBeCloseTo(240 / 300, 1);
    expect(entry.view.running?.counts).toBe(false);
  });
});
