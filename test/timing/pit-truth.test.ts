import { describe, expect, it } from 'vitest';
import { clubCircuit } from '@/lib/simulator/circuits';
import { type Driven, flyingRoute, pitVisit, simulateDrive } from '@/lib/simulator/drive';
import type { Route } from '@/lib/simulator/driven-line';
import { randomFrom } from '@/lib/simulator/random';
import { REAL_RECEIVER, type Receiver } from '@/lib/simulator/receiver';
import { RACE_GREEN_AFTER_MS, simulateSession } from '@/lib/simulator/session';
import { montmelo } from '@/lib/simulator/track';
import { detectLaps } from '@/lib/timing/detect-laps';
import type { Lap } from '@/lib/timing/types';

const startMs = Date.UTC(2026, 5, 13, 9, 30);
const origin = { x: 11.28, y: 44.34 };
const words = (laps: readonly Lap[]) =>
  laps.map((lap) => (lap.reason ? `${lap.class} ${lap.reason}` : lap.class) + (lap.estimated ? ' ~' : ''));

type Pits = 'line' | 'entry_exit' | 'none';

/** Out, two flying laps, a stop of 40 s at the end of the third, two more laps, and 150 m on. */
function withStop(pits: Pits, boxM: number, dwellMs: number, receiver: Partial<Receiver> = REAL_RECEIVER) {
  const circuit = clubCircuit({ origin, pitGates: pits });
  const visit = pitVisit(circuit, 3, boxM, dwellMs);
  const plain = flyingRoute(circuit, 5);
  const route = { ...plain, detours: [visit.detour], zones: [visit.zone], stops: [visit.stop] };
  const driven = simulateDrive({ circuit, route, startMs, receiver, random: randomFrom(pits) });
  return { circuit, driven, found: detectLaps(circuit.track, driven.fixes) };
}

describe('a pit stop', () => {
  it.each([1, 5, 10, 25])(
    'past a pit line beside the start line is an in lap and an out lap at %i Hz',
    (rateHz) => {
      for (const boxM of [230, 360]) {
        const { driven, found } = withStop('line', boxM, 40_000, { ...REAL_RECEIVER, rateHz });
        const classes = ['complete', 'complete', 'inlap', 'outlap', 'complete'];
        expect(words(found.laps)).toEqual(['outlap', ...classes, 'invalid session_end']);
        const closed = found.laps.slice(1, -1);
        expect(driven.truth.laps).toHaveLength(closed.length);
        closed.forEach((lap, i) => {
          // The pit line is crossed at 60 km/h: drift weighs more there.
          expect(Math.abs(lap.timeMs - (driven.truth.laps[i]?.timeMs ?? 0))).toBeLessThan(300);
        });
      }
    },
  );

  it('between an entry and an exit line makes a pit stop of the lap that holds the visit', () => {
    const { driven, found } = withStop('entry_exit', 360, 40_000);
    // The start line does not reach into the pit lane: the visit lies within one lap, from start to start.
    expect(words(found.laps)).toEqual([
      'outlap',
      'complete',
      'complete',
      'pitstop',
      'complete',
      'invalid session_end',
    ]);
    const stop = driven.truth.laps[2];
    expect(Math.abs((found.laps[3]?.timeMs ?? 0) - (stop?.timeMs ?? 0))).toBeLessThan(150);
  });

  it('of 20 s or more shows itself on a track without pit lines, a shorter one does not', () => {
    const long = withStop('none', 360, 40_000);
    expect(words(long.found.laps)).toContain('pitstop');
    const short = withStop('none', 360, 8_000);
    expect(words(short.found.laps)).not.toContain('pitstop');
    // Two laps in one, because the lane passes round the line: never complete.
    expect(words(short.found.laps)).toContain('invalid too_long');
  });

  it('never counts the pit lane as the start line', () => {
    for (const pits of ['line', 'entry_exit', 'none'] as const) {
      const { driven, found } = withStop(pits, 360, 40_000);
      const starts = (list: readonly { checkpoint: number }[]) =>
        list.filter((one) => one.checkpoint === 1).length;
      expect(starts(found.crossings)).toBe(starts(driven.truth.crossings));
      expect(starts(found.crossings)).toBe(5);
    }
  });

  it('that ends the recording in the lane leaves an in lap', () => {
    const circuit = clubCircuit({ origin });
    const visit = pitVisit(circuit, 3, 200, 30_000);
    const plain = flyingRoute(circuit, 3);
    const route: Route = {
      ...plain,
      toM: 3 * circuit.line.length + 200,
      detours: [visit.detour],
      zones: [visit.zone],
    };
    const standing = { start: false, end: true };
    const { fixes } = simulateDrive({ circuit, route, startMs, standing, receiver: REAL_RECEIVER });
    expect(words(detectLaps(circuit.track, fixes).laps)).toEqual(['outlap', 'complete', 'complete', 'inlap']);
  });
});

describe('a missed gate', () => {
  const circuit = clubCircuit({ origin, pitGates: 'none' });
  const lapM = circuit.line.length;

  const wideAt = (atM: number, offsetM: number) => {
    const detour = { fromM: atM - 70, toM: atM + 70, rampM: 55, offsetM };
    const route: Route = { ...flyingRoute(circuit, 4), detours: [detour] };
    const driven = simulateDrive({ circuit, route, startMs, receiver: { ...REAL_RECEIVER, rateHz: 10 } });
    return { driven, found: detectLaps(circuit.track, driven.fixes) };
  };

  it('makes that one lap invalid and names the gate', () => {
    const { driven, found } = wideAt(lapM + 900, 17);
    expect(driven.truth.laps.map((lap) => lap.clean)).toEqual([true, false, true, true]);
    expect(words(found.laps).slice(1, -1)).toEqual(['complete', 'invalid missed:2', 'complete', 'complete']);
    const lap = found.laps[2];
    expect(lap?.sectors.map((sector) => sector.timeMs === null)).toEqual([true, true, false]);
  });

  it('is not missed by a car that stays on its end', () => {
    const { driven, found } = wideAt(lapM + 900, 8.5);
    expect(driven.truth.laps.every((lap) => lap.clean)).toBe(true);
    expect(words(found.laps).slice(1, -1)).toEqual(['complete', 'complete', 'complete', 'complete']);
  });
});

describe('a gap in the fixes', () => {
  const circuit = clubCircuit({ origin, pitGates: 'none' });
  const route = flyingRoute(circuit, 4);
  const whole = simulateDrive({ circuit, route, startMs, receiver: { rateHz: 10 } });
  const second = whole.truth.crossings.filter((one) => one.checkpoint === 1)[1];
  const gateOf = (number: number) =>
    whole.truth.crossings.find((one) => one.checkpoint === number && one.timeMs > (second?.timeMs ?? 0));
  const without = (aroundMs: number, beforeMs: number, afterMs: number): Driven =>
    simulateDrive({
      circuit,
      route,
      startMs,
      receiver: {
        rateHz: 10,
        dropouts: [{ fromMs: aroundMs - startMs - beforeMs, toMs: aroundMs - startMs + afterMs }],
      },
    });

  it('over the start line estimates the two laps that meet there, within their stated sigma', () => {
    const driven = without(second?.timeMs ?? 0, 1800, 1900);
    const found = detectLaps(circuit.track, driven.fixes);
    expect(words(found.laps).slice(1, -1)).toEqual(['complete ~', 'complete ~', 'complete', 'complete']);
    driven.truth.laps.forEach((lap, i) => {
      const mine = found.laps[i + 1];
      expect(Math.abs((mine?.timeMs ?? 0) - lap.timeMs)).toBeLessThan(2 * (mine?.uncertaintyMs ?? 0));
    });
  });

  it('within a sector changes nothing but the odometer', () => {
    const driven = without((second?.timeMs ?? 0) + 6000, 2000, 2000);
    const found = detectLaps(circuit.track, driven.fixes);
    expect(words(found.laps).slice(1, -1)).toEqual(['complete', 'complete', 'complete', 'complete']);
  });

  it('in which a gate was passed unseen makes the lap invalid for the gap, not for the driver', () => {
    const gate = gateOf(2);
    const driven = without(gate?.timeMs ?? 0, 6000, 12_000);
    const found = detectLaps(circuit.track, driven.fixes);
    expect(words(found.laps).slice(1, -1)).toEqual(['complete', 'invalid gps_gap', 'complete', 'complete']);
  });
});

describe('the simulated session', () => {
  it('gives the true laps of every car, with the right classes', () => {
    let [within, laps] = [0, 0];
    for (const { fixes, truth } of simulateSession(2026, { startMs })) {
      const found = detectLaps(montmelo(), fixes);
      expect(found.rejected).toEqual({});
      const closed = found.laps.slice(1, -1);
      expect(words(found.laps)[0]).toBe('outlap');
      expect(words(found.laps).at(-1)).toBe('inlap');
      expect(closed).toHaveLength(truth.laps.length);
      closed.forEach((lap, i) => {
        const real = truth.laps[i];
        expect(lap.class === 'complete').toBe(real?.clean);
        if (!lap.uncertaintyMs || !real) throw new Error('a closed lap without an uncertainty or a truth');
        expect(Math.abs(lap.timeMs - real.timeMs)).toBeLessThan(5 * lap.uncertaintyMs);
        laps++;
        if (Math.abs(lap.timeMs - real.timeMs) < 2 * lap.uncertaintyMs) within++;
      });
      const classes = closed.map((lap) => lap.class);
      expect(classes.filter((name) => name === 'inlap')).toHaveLength(1);
      expect(classes[classes.indexOf('inlap') + 1]).toBe('outlap');
    }
    expect(within / laps).toBeGreaterThan(0.9);
  });

  it('counts the first lap of a race from the green light', () => {
    const raceStartMs = startMs + RACE_GREEN_AFTER_MS;
    for (const { fixes, truth } of simulateSession(7, { startMs, laps: 5, kind: 'race' })) {
      const found = detectLaps(montmelo(), fixes, { raceStartMs });
      const first = found.laps.find((lap) => lap.number === 1);
      expect(first?.startMs).toBe(raceStartMs);
      // The truth's first lap begins at the line, a few seconds after the light.
      expect(Math.abs((first?.endMs ?? 0) - (truth.laps[0]?.endMs ?? 0))).toBeLessThan(100);
      expect(first?.class).toBe('complete');
    }
  });
});
