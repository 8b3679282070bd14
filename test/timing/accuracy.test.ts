import { describe, expect, it } from 'vitest';
import { type Accuracy, measureAccuracy, withEvenGates } from '@/lib/simulator/accuracy';
import { clubCircuit } from '@/lib/simulator/circuits';
import { REAL_RECEIVER } from '@/lib/simulator/receiver';
import { montmeloCircuit } from '@/lib/simulator/track';

const RATES = [1, 2, 5, 10, 25];
const montmelo = withEvenGates(montmeloCircuit(), 40);
const club = withEvenGates(clubCircuit({ origin: { x: 10, y: 50 } }), 20, 8);
const CIRCUITS = { Montmeló: montmelo, 'a club circuit': club };

/** Greatest lap rms in ms by method and rate; Hermite's at 1 and 10 Hz are the promised ones. */
const LAP_RMS_BAR = {
  linear: { 1: 10, 2: 2.5, 5: 0.4, 10: 0.1, 25: 0.02 },
  acceleration: { 1: 4, 2: 0.5, 5: 0.05, 10: 0.01, 25: 0.005 },
  hermite: { 1: 1.5, 2: 0.3, 5: 0.05, 10: 0.05, 25: 0.05 },
} as const;

const barOf = (method: keyof typeof LAP_RMS_BAR, rateHz: number) =>
  Object.entries(LAP_RMS_BAR[method]).find(([rate]) => Number(rate) === rateHz)?.[1] ?? 0;

function expectAllFound(accuracy: Accuracy) {
  expect(accuracy.laps).toBeGreaterThan(300);
  expect(accuracy.lost).toBe(0);
  expect(accuracy.invented).toBe(0);
}

for (const [name, circuit] of Object.entries(CIRCUITS)) {
  describe(`crossings on ${name}`, () => {
    for (const method of ['linear', 'acceleration', 'hermite'] as const) {
      it.each(RATES)(`without noise meet the bar of ${method} interpolation at %i Hz`, (rateHz) => {
        const accuracy = measureAccuracy({ circuit, method, receiver: { rateHz } });
        expectAllFound(accuracy);
        expect(accuracy.lapRmsMs).toBeLessThanOrEqual(barOf(method, rateHz));
        expect(accuracy.lapMaxMs).toBeLessThanOrEqual(8 * barOf(method, rateHz));
      });
    }

    it.each(RATES)(
      'with a real receiver at %i Hz state a sigma that is neither too small nor idle',
      (rateHz) => {
        const accuracy = measureAccuracy({ circuit, receiver: { ...REAL_RECEIVER, rateHz } });
        expectAllFound(accuracy);
        expect(accuracy.coverage).toBeGreaterThanOrEqual(0.9);
        expect(accuracy.meanSigmaMs).toBeLessThanOrEqual(1.5 * accuracy.lapRmsMs);
        expect(accuracy.lapRmsMs).toBeLessThan(20);
      },
    );

    it.each(['linear', 'acceleration'] as const)(
      'cover the truth by %s interpolation under noise too',
      (method) => {
        for (const rateHz of RATES) {
          const accuracy = measureAccuracy({ circuit, method, receiver: { ...REAL_RECEIVER, rateHz } });
          expectAllFound(accuracy);
          expect(accuracy.coverage).toBeGreaterThanOrEqual(0.9);
        }
      },
    );

    it('keep their sigma when drift is larger and the receiver says so', () => {
      const receiver = { ...REAL_RECEIVER, rateHz: 10, driftSigmaM: 1.2 };
      const accuracy = measureAccuracy({ circuit, receiver });
      expect(accuracy.coverage).toBeGreaterThanOrEqual(0.9);
      expect(accuracy.meanSigmaMs).toBeLessThanOrEqual(1.5 * accuracy.lapRmsMs);
      expect(accuracy.lapRmsMs).toBeGreaterThan(25);
    });
  });
}

describe('what the receiver tells', () => {
  const circuit = montmelo;

  it('pays: speed beats places alone, and the course beats speed alone, at phone rates', () => {
    for (const rateHz of [1, 2]) {
      const [linear, acceleration, hermite] = (['linear', 'acceleration', 'hermite'] as const).map(
        (method) => measureAccuracy({ circuit, method, receiver: { rateHz } }).crossingRmsMs,
      );
      expect((linear ?? 0) / (acceleration ?? 1)).toBeGreaterThan(3);
      expect((acceleration ?? 0) / (hermite ?? 1)).toBeGreaterThan(1.5);
    }
  });

  it('is used when its clock rounds: 18 Hz stamped to 10 ms stays within its own sigma', () => {
    const receiver = { rateHz: 18, quantumMs: 10 };
    const accuracy = measureAccuracy({ circuit, receiver });
    expectAllFound(accuracy);
    // Rounding to 10 ms alone is 10/√12 ms per crossing.
    expect(accuracy.lapRmsMs).toBeLessThan(5);
    expect(accuracy.coverage).toBeGreaterThanOrEqual(0.9);
  });
});
