import { measureAccuracy, withEvenGates } from '@/lib/simulator/accuracy';
import { REAL_RECEIVER } from '@/lib/simulator/receiver';
import { montmeloCircuit } from '@/lib/simulator/track';
import type { Row } from './report';

const RATES = [1, 2, 5, 10, 25];
/** Lap rms in ms that exact truth must not exceed without noise; between the promised 1 and 10 Hz our own. */
const LAP_BAR_MS: Record<number, number> = { 1: 1.5, 2: 0.3, 5: 0.05, 10: 0.05, 25: 0.05 };

/** Crossing and lap errors against the exact truth of 40 gates on Montmeló; baseline = linear interpolation. */
export function benchAccuracy(): Row[] {
  const circuit = withEvenGates(montmeloCircuit(), 40);
  return RATES.flatMap((rateHz): Row[] => {
    const clean = { circuit, receiver: { rateHz } };
    const hermite = measureAccuracy(clean);
    const linear = measureAccuracy({ ...clean, method: 'linear' });
    const acceleration = measureAccuracy({ ...clean, method: 'acceleration' });
    const noisy = measureAccuracy({ circuit, receiver: { ...REAL_RECEIVER, rateHz } });
    const barMs = LAP_BAR_MS[rateHz] ?? 0;
    return [
      {
        work: `crossing accuracy at ${rateHz} Hz, exact fixes, lap rms`,
        result: { name: 'hermite', value: hermite.lapRmsMs, unit: 'ms' },
        baseline: { name: 'linear', value: linear.lapRmsMs, unit: 'ms' },
        ratio: hermite.lapRmsMs / linear.lapRmsMs,
        bar: `≤ ${barMs} ms`,
        met: hermite.lapRmsMs <= barMs && hermite.lost + hermite.invented === 0,
        more: [
          { name: 'crossing rms: linear', value: linear.crossingRmsMs, unit: 'ms' },
          { name: 'acceleration', value: acceleration.crossingRmsMs, unit: 'ms' },
          { name: 'hermite', value: hermite.crossingRmsMs, unit: 'ms' },
          { name: 'acceleration, lap rms', value: acceleration.lapRmsMs, unit: 'ms' },
        ],
      },
      {
        work: `stated uncertainty at ${rateHz} Hz, real receiver`,
        result: { name: 'mean sigma', value: noisy.meanSigmaMs, unit: 'ms' },
        baseline: { name: 'true lap rms', value: noisy.lapRmsMs, unit: 'ms' },
        ratio: noisy.meanSigmaMs / noisy.lapRmsMs,
        bar: '≤ 1.5 × true, ±2σ covers ≥ 90 %',
        met: noisy.meanSigmaMs <= 1.5 * noisy.lapRmsMs && noisy.coverage >= 0.9,
        more: [
          { name: 'covered by ±2σ', value: 100 * noisy.coverage, unit: '%' },
          { name: 'laps', value: noisy.laps, unit: '' },
        ],
      },
    ];
  });
}
