import type { FeedFix } from '@/lib/contracts/feeds';
import { trackToFile } from '@/lib/formats/track-file';
import { ovalCircuit } from '@/lib/simulator/circuits';
import { flyingRoute, simulateDrive } from '@/lib/simulator/drive';

/** Cars that go round for ever, each at its own place and pace. */
export type Traffic = {
  track: Record<string, unknown>;
  lapMs: number;
  /** Where a car is at an instant (epoch ms). */
  fixAt(car: number, timeMs: number): FeedFix;
};

/** In the open sea off Barcelona, where no real track is. */
const ORIGIN = { x: 2.6, y: 41.2 };
const SAMPLE_HZ = 50;

/** Computed once, so that a sender costs next to nothing: an oval of 1.6 km, about 35 s a lap. */
export function ovalTraffic(cars: number): Traffic {
  const circuit = ovalCircuit({ name: 'Load test oval', origin: ORIGIN, straightM: 500, radiusM: 95 });
  const { fixes, truth } = simulateDrive({
    circuit,
    route: flyingRoute(circuit, 2, 50, 50),
    startMs: 0,
    receiver: { rateHz: SAMPLE_HZ },
  });
  const lap = truth.laps.at(-1);
  if (!lap) throw new Error('The oval gave no lap.');
  const column = (values: Float64Array, row: number): number => values[row] ?? 0;
  return {
    track: { ...trackToFile(circuit.track) },
    lapMs: lap.timeMs,
    fixAt(car, timeMs) {
      // Up to 3 % slower than the fastest, spread evenly.
      const pace = 1 - 0.03 * ((car * 0.618) % 1);
      const along = (timeMs * pace + (car / cars) * lap.timeMs) % lap.timeMs;
      const at = ((lap.startMs + along) / 1000) * SAMPLE_HZ;
      const row = Math.floor(at);
      const between = (values: Float64Array): number => {
        const before = column(values, row);
        return before + (column(values, row + 1) - before) * (at - row);
      };
      return [
        timeMs,
        between(fixes.x),
        between(fixes.y),
        between(fixes.speedMps),
        column(fixes.courseDeg, row),
      ];
    },
  };
}
