import { montmelo } from '@/lib/simulator/track';
import { detectLaps } from '@/lib/timing/detect-laps';
import { LapDetector } from '@/lib/timing/lap-detector';
import { fixAt } from '@/lib/timing/normalise';
import type { FixColumns } from '@/lib/timing/types';
import { simulatedDrive } from './hour';
import { sideBySide } from './measure';
import type { Row } from './report';

const BAR_FIXES_PER_S = 2_000_000;

/** The least that any detector must do: read every column of every fix once. */
function readAll(fixes: FixColumns): number {
  let sum = 0;
  for (let i = 0; i < fixes.count; i++) {
    sum += (fixes.timeMs[i] ?? 0) + (fixes.x[i] ?? 0) + (fixes.y[i] ?? 0);
    sum += (fixes.speedMps[i] ?? 0) + (fixes.courseDeg[i] ?? 0) + (fixes.accuracyM[i] ?? 0);
  }
  return sum;
}

/** Bytes of the detector's whole state after so many fixes. */
function stateBytes(fixes: FixColumns, count: number): number {
  const detector = new LapDetector(montmelo());
  for (let i = 0; i < Math.min(count, fixes.count); i++) detector.push(fixAt(fixes, i));
  return JSON.stringify(detector.snapshot()).length;
}

/** Lap detection on one core, in fixes per second, and the growth of a detector's state. */
export async function benchDetection(): Promise<Row[]> {
  const track = montmelo();
  const { fixes } = simulatedDrive({ day: 0, laps: 31, rateHz: 25, channels: false });
  let laps = 0;
  let checksum = 0;
  const { firstMs, secondMs } = await sideBySide(
    9,
    () => {
      laps = detectLaps(track, fixes).laps.length;
    },
    () => {
      checksum += readAll(fixes);
    },
  );
  if (laps < 20 || !Number.isFinite(checksum)) throw new Error(`Only ${laps} laps were found.`);
  const perSecond = fixes.count / (firstMs / 1000);
  const readPerSecond = fixes.count / (secondMs / 1000);
  return [
    {
      work: 'lap detection, one core',
      result: { name: 'detected', value: perSecond, unit: 'fixes/s' },
      baseline: { name: 'reading every value once', value: readPerSecond, unit: 'fixes/s' },
      ratio: perSecond / readPerSecond,
      bar: `≥ ${BAR_FIXES_PER_S.toLocaleString('en-US')} fixes/s`,
      met: perSecond >= BAR_FIXES_PER_S,
      more: [
        { name: 'fixes', value: fixes.count, unit: '' },
        { name: 'laps', value: laps, unit: '' },
        { name: 'state after 10 min', value: stateBytes(fixes, 15_000), unit: 'bytes' },
        { name: 'state after 1 h', value: stateBytes(fixes, fixes.count), unit: 'bytes' },
      ],
    },
  ];
}
