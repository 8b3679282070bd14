import { describe, expect, it } from 'vitest';
import { clubCircuit, stageCircuit } from '@/lib/simulator/circuits';
import { pitVisit } from '@/lib/simulator/drive';
import { RACE_GREEN_AFTER_MS, simulateSession } from '@/lib/simulator/session';
import { montmelo } from '@/lib/simulator/track';
import { detectLaps } from '@/lib/timing/detect-laps';
import { withDirections } from '@/lib/timing/learn-directions';
import { pathForLap, pathOfTrack } from '@/lib/timing/live/lap-path';
import { LiveEntry } from '@/lib/timing/live/live-entry';
import type { LapPath, LiveEntryOptions } from '@/lib/timing/live/types';
import type { FixColumns, TimingEvent, Track } from '@/lib/timing/types';
import { RECORDED_SETS, recordedSet } from '../../support/recorded-sets';
import { recordings } from '../../support/recordings';
import { columns, drive, GATES, rounds, trackOf } from '../../support/tape';
import { driveCar, entryOf, fixesOf, plainView, START_MS } from './field';

const MONTMELO = montmelo();

function simulated(kind: 'practice' | 'race', rateHz = 10): FixColumns {
  const [car] = simulateSession('live', { cars: 1, laps: 6, startMs: START_MS, kind, rateHz });
  if (!car) throw new Error('The simulator gave no car.');
  return car.fixes;
}

/** A flying drive with one visit to the pit lane in the second round. */
function withPitVisit(pitGates: 'line' | 'entry_exit' | 'none'): { track: Track; fixes: FixColumns } {
  const circuit = clubCircuit({ origin: { x: 2.26, y: 41.57 }, pitGates });
  const visit = pitVisit(circuit, 2, pitGates === 'entry_exit' ? 330 : 320, 30_000);
  const car = { circuit, fromM: 250, laps: 5, pace: 0.9, detours: [visit.detour], stops: [visit.stop] };
  return { track: circuit.track, fixes: driveCar(car, pitGates).fixes };
}

function eventsOf(entry: LiveEntry, fixes: FixColumns): TimingEvent[] {
  return [...fixesOf(fixes).flatMap((fix) => [...entry.push(fix)]), ...entry.finish()];
}

function expectBatchEvents(
  drawn: Track,
  fixes: FixColumns,
  path: LapPath | null,
  raceStartMs: number | null,
) {
  const batch = detectLaps(drawn, fixes, { raceStartMs });
  const track = withDirections(drawn, batch.directions);
  const entry = new LiveEntry({ track, raceStartMs, path });
  const events = eventsOf(entry, fixes);
  expect(events.flatMap((event) => (event.type === 'crossing' ? [event.crossing] : []))).toEqual(
    batch.crossings,
  );
  const brief = (lap: {
    number: number;
    class: string;
    reason: string | null;
    timeMs: number;
    endMs: number;
  }) => `${lap.number} ${lap.class} ${lap.reason} ${lap.timeMs} ${lap.endMs}`;
  expect(entry.view.laps.map(brief)).toEqual(batch.laps.map(brief));
  expect(batch.laps.length).toBeGreaterThan(0);
}

/** Runs an entry that lives for `every` fixes only and goes on from its snapshot as JSON; the view at each change. */
function expectSameInPortions(options: LiveEntryOptions, fixes: FixColumns, every: number) {
  const whole = new LiveEntry(options);
  let part = new LiveEntry(options);
  fixesOf(fixes).forEach((fix, i) => {
    whole.push(fix);
    part.push(fix);
    if (i % every !== every - 1) return;
    const saved: ReturnType<LiveEntry['snapshot']> = JSON.parse(JSON.stringify(part.snapshot()));
    part = new LiveEntry(options);
    part.restore(saved);
    expect(plainView(part.view)).toEqual(plainView(whole.view));
  });
  whole.finish();
  part.finish();
  expect(plainView(part.view)).toEqual(plainView(whole.view));
}

describe('the events of a live entry', () => {
  it('are those of the batch detector: practice, race, pit lines, a stage', () => {
    const path = pathOfTrack(MONTMELO);
    expectBatchEvents(MONTMELO, simulated('practice'), path, null);
    expectBatchEvents(MONTMELO, simulated('race'), path, START_MS + RACE_GREEN_AFTER_MS);
    for (const pitGates of ['line', 'entry_exit', 'none'] as const) {
      const { track, fixes } = withPitVisit(pitGates);
      expectBatchEvents(track, fixes, pathOfTrack(track), null);
    }
    const circuit = stageCircuit({ origin: null });
    const stage = driveCar({ circuit, fromM: 20, laps: 0.9, pace: 0.9 }, 'stage');
    expectBatchEvents(circuit.track, stage.fixes, pathOfTrack(circuit.track), null);
  });

  describe.skipIf(!recordings())('are those of the batch detector, and the view that of any portions', () => {
    it.each(RECORDED_SETS)('on %s', (name) => {
      const { track: drawn, fixes } = recordedSet(name);
      expectBatchEvents(drawn, fixes, null, null);
      const track = withDirections(drawn, detectLaps(drawn, fixes).directions);
      const { lapLine } = entryOf(track, fixes, { path: null }).view;
      const path = lapLine && pathForLap(track, null, lapLine);
      expectBatchEvents(track, fixes, path, null);
      expectSameInPortions({ track, raceStartMs: null, path }, fixes, Math.ceil(fixes.count / 40));
    });
  });
});

describe('a live entry in portions', () => {
  it('is the same after every snapshot, one after every fix', () => {
    const fixes = columns(drive({ x: 0, y: 0 }, rounds(2)));
    const track = withDirections(trackOf(GATES), detectLaps(trackOf(GATES), fixes).directions);
    const { lapLine } = entryOf(track, fixes, { path: null }).view;
    const path = lapLine && pathForLap(track, null, lapLine);
    expect(path?.lengthM).toBeCloseTo(300, -1);
    expectSameInPortions({ track, raceStartMs: null, path }, fixes, 1);
    expectSameInPortions({ track, raceStartMs: null, path: null }, fixes, 1);
  });

  it('is the same in practice and race with stops and pit lanes', () => {
    const path = pathOfTrack(MONTMELO);
    expectSameInPortions({ track: MONTMELO, raceStartMs: null, path }, simulated('practice'), 311);
    const raceStartMs = START_MS + RACE_GREEN_AFTER_MS;
    expectSameInPortions({ track: MONTMELO, raceStartMs, path }, simulated('race', 1), 23);
    const { track, fixes } = withPitVisit('entry_exit');
    expectSameInPortions({ track, raceStartMs: null, path: pathOfTrack(track) }, fixes, 97);
  });

  it('takes up a snapshot that was made before the path was known', () => {
    const path = pathOfTrack(MONTMELO);
    const fixes = fixesOf(simulated('practice')).slice(0, 5_000);
    const late = new LiveEntry({ track: MONTMELO, raceStartMs: null, path: null });
    for (const fix of fixes) late.push(fix);
    const restored = new LiveEntry({ track: MONTMELO, raceStartMs: null, path });
    restored.restore(JSON.parse(JSON.stringify(late.snapshot())));
    late.setPath(path);
    expect(plainView(restored.view)).toEqual(plainView(late.view));
    expect(restored.view.lapPart).not.toBeNull();
  });
});

describe('a live entry on its lap', () => {
  it.each([10, 1])('goes forward only, from 0 to 1, over the line too (%i Hz)', (rateHz) => {
    const entry = new LiveEntry({ track: MONTMELO, raceStartMs: null, path: pathOfTrack(MONTMELO) });
    let [lap, part, turns] = [-1, 0, 0];
    for (const fix of fixesOf(simulated('practice', rateHz))) {
      entry.push(fix);
      const now = entry.view.lapPart ?? Number.NaN;
      const { number = -1 } = entry.view.running ?? {};
      if (number === lap) expect(now).toBeGreaterThanOrEqual(part);
      else if (lap >= 0) {
        turns++;
        expect(part).toBeGreaterThan(0.97);
        expect(now).toBeLessThan(0.03);
      }
      expect(now).toBeLessThanOrEqual(1);
      [lap, part] = [number, now];
    }
    expect(turns).toBe(5);
  });

  it('passes 24 mini-sectors that make up the lap to the microsecond', () => {
    const entry = new LiveEntry({ track: MONTMELO, raceStartMs: null, path: pathOfTrack(MONTMELO) });
    let seen = 0;
    for (const fix of fixesOf(simulated('practice'))) {
      const events = entry.push(fix);
      for (const event of events) {
        if (event.type !== 'lap' || event.lap.number === 0) continue;
        const passages = entry.view.passages.find((one) => one.lap === event.lap.number);
        const instants = passages?.atMs.filter((atMs) => atMs !== null) ?? [];
        expect(instants).toHaveLength(25);
        expect(instants).toEqual(instants.toSorted((a, b) => a - b));
        expect(instants.at(0)).toBe(event.lap.startMs);
        expect(instants.at(-1)).toBe(event.lap.endMs);
        seen++;
      }
    }
    expect(seen).toBe(4);
    expect(entry.view.passages).toHaveLength(3);
    // In the sum of the best mini-sectors no lap can be faster than the best.
    const sumMs = entry.view.bestMinis.reduce((sum, best) => sum + (best?.timeMs ?? Number.NaN), 0);
    expect(sumMs).toBeLessThanOrEqual(entry.view.best?.timeMs ?? 0);
    expect(sumMs).toBeGreaterThan(0.8 * (entry.view.best?.timeMs ?? 0));
  });

  it('stands before the line at the green and has driven nothing until it is over it', () => {
    const raceStartMs = START_MS + RACE_GREEN_AFTER_MS;
    const entry = new LiveEntry({ track: MONTMELO, raceStartMs, path: pathOfTrack(MONTMELO) });
    const parts: (number | null)[] = [];
    for (const fix of fixesOf(simulated('race')).slice(0, 260)) {
      entry.push(fix);
      if (entry.view.running?.number === 1) parts.push(entry.view.lapPart);
    }
    expect(entry.view.running?.startMs).toBe(raceStartMs);
    expect(parts.slice(0, 10)).toEqual(new Array(10).fill(0));
    expect(parts.at(-1)).toBeGreaterThan(0);
    expect(parts.at(-1)).toBeLessThan(0.05);
  });

  it('that joins a race late is where it is, without instants it cannot know', () => {
    const raceStartMs = START_MS + RACE_GREEN_AFTER_MS;
    const entry = new LiveEntry({ track: MONTMELO, raceStartMs, path: pathOfTrack(MONTMELO) });
    for (const fix of fixesOf(simulated('race')).slice(700, 720)) entry.push(fix);
    const [passages] = entry.view.passages;
    expect(entry.view.lapPart).toBeGreaterThan(0.2);
    expect(passages?.passed).toBeGreaterThan(4);
    expect(passages?.atMs.slice(0, 3)).toEqual([raceStartMs, null, null]);
  });
});

describe('the pits of a live entry', () => {
  const run = (pitGates: 'line' | 'entry_exit' | 'none') => {
    const { track, fixes } = withPitVisit(pitGates);
    const entry = new LiveEntry({ track, raceStartMs: null, path: pathOfTrack(track) });
    const states: string[] = [];
    for (const fix of fixesOf(fixes)) {
      entry.push(fix);
      const { state, stint, pitStops } = entry.view;
      const now = `${state} ${stint.number}·${stint.laps} ${pitStops}`;
      if (states.at(-1) !== now) states.push(now);
    }
    return states;
  };

  it('are the lane between entry and exit line', () => {
    expect(run('entry_exit')).toEqual([
      'out 1·0 0',
      'track 1·0 0',
      'track 1·1 0',
      'pit 1·1 1',
      'track 2·0 1',
      'track 2·1 1',
      'track 2·2 1',
    ]);
  });

  it('begin at the pit line where it is the only one, and end on the road', () => {
    const states = run('line');
    expect(states.slice(0, 4)).toEqual(['out 1·0 0', 'track 1·0 0', 'track 1·1 0', 'pit 2·0 1']);
    expect(states.slice(4)).toEqual(['track 2·0 1', 'track 2·1 1', 'track 2·2 1']);
  });

  it('are long stops where the track has no pit lines', () => {
    expect(run('none')).toContain('stopped 1·1 0');
    expect(run('none').at(-1)).toBe('track 2·1 1');
  });
});
