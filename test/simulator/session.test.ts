import { describe, expect, it } from 'vitest';
import { centrelineLengthM } from '@/lib/simulator/circuit';
import { simulateSession } from '@/lib/simulator/session';
import { curvePoint } from '@/lib/simulator/spline';
import { montmelo, montmeloCircuit } from '@/lib/simulator/track';

const startMs = Date.UTC(2026, 4, 16, 13, 0, 0);

describe('Montmeló', () => {
  const circuit = montmeloCircuit();

  it('is 4.66 km round, in a closed centreline without jumps', () => {
    const lengthM = centrelineLengthM(circuit);
    expect(lengthM).toBeGreaterThan(4640);
    expect(lengthM).toBeLessThan(4680);
    const points = (montmelo().centreline ?? []).map((point) => circuit.ground?.toMetres(point));
    points.forEach((point, i) => {
      const next = points[(i + 1) % points.length];
      expect(Math.hypot((next?.x ?? 0) - (point?.x ?? 0), (next?.y ?? 0) - (point?.y ?? 0))).toBeLessThan(11);
    });
  });

  it('has a racing line that stays within 6 m of the centreline everywhere and turns no tighter than 15 m', () => {
    const road = (circuit.track.centreline ?? []).map((point) => circuit.ground?.toMetres(point));
    const at = curvePoint();
    let worst = 0;
    for (let u = 0; u < circuit.line.length; u += 3) {
      circuit.line.at(u, at);
      const near = Math.min(...road.map((p) => Math.hypot((p?.x ?? 0) - at.x, (p?.y ?? 0) - at.y)));
      // Points of the road are 10 m apart: half of it may lie along the road.
      worst = Math.max(worst, Math.sqrt(Math.max(0, near * near - 25)));
      const bend = Math.abs(at.dx * at.ddy - at.dy * at.ddx) / Math.hypot(at.dx, at.dy) ** 3;
      expect(bend).toBeLessThan(1 / 15);
    }
    expect(worst).toBeLessThan(6);
  });
});

describe('the simulated session', () => {
  const session = simulateSession(2026, { startMs });

  it('is the same again with the same seed and another with another', () => {
    const [again] = simulateSession(2026, { startMs, cars: 1 });
    const [other] = simulateSession(2027, { startMs, cars: 1 });
    expect(again?.fixes).toEqual(session[0]?.fixes);
    expect(again?.channels).toEqual(session[0]?.channels);
    expect(other?.truth).not.toEqual(session[0]?.truth);
  });

  it('has six cars in two classes with a stop each, one missed gate in all, and the slower class slower', () => {
    expect(session).toHaveLength(6);
    expect(new Set(session.map((entry) => entry.carClass))).toEqual(new Set(['GT', 'Cup']));
    const best = (entry: (typeof session)[number]) =>
      Math.min(...entry.truth.laps.filter((lap) => lap.clean).map((lap) => lap.timeMs));
    for (const entry of session) {
      expect(entry.truth.laps.filter((lap) => lap.viaPit)).toHaveLength(2);
      expect(best(entry)).toBeGreaterThan(100_000);
      expect(best(entry)).toBeLessThan(130_000);
    }
    const missed = session.flatMap((entry) => entry.truth.laps).filter((lap) => !lap.clean && !lap.viaPit);
    expect(missed).toHaveLength(1);
    const slowestOf = (name: string) => Math.max(...session.filter((e) => e.carClass === name).map(best));
    const fastestOf = (name: string) => Math.min(...session.filter((e) => e.carClass === name).map(best));
    expect(slowestOf('GT')).toBeLessThan(fastestOf('Cup'));
  });

  it('keeps pedals within 0 and 1 and g within what such cars reach', () => {
    for (const { channels, fixes } of session) {
      const range = (name: string) => {
        const values = Array.from(channels.find((channel) => channel.name === name)?.values ?? []);
        expect(values).toHaveLength(fixes.count);
        return [Math.min(...values), Math.max(...values)];
      };
      for (const pedal of ['throttle', 'brake']) {
        const [low = -1, high = 2] = range(pedal);
        expect(low).toBeGreaterThanOrEqual(0);
        expect(high).toBeLessThanOrEqual(1);
        expect(high).toBeGreaterThan(0.9);
      }
      const [left = 0, right = 0] = range('lateral_g');
      expect(left).toBeGreaterThan(-2.2);
      expect(right).toBeLessThan(2.2);
      expect(right).toBeGreaterThan(0.8);
    }
  });

  it('starts a race from standing, all cars at once', () => {
    const race = simulateSession(1, { startMs, laps: 4, kind: 'race' });
    const launch = race.map((entry) => entry.fixes.speedMps.findIndex((speed) => speed > 2));
    expect(Math.max(...launch) - Math.min(...launch)).toBeLessThanOrEqual(2);
    expect(race.every((entry) => entry.truth.crossings[0]?.checkpoint === 1)).toBe(true);
  });
});
