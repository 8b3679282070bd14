import type { LapLine } from '@/components/charts/lap-palette';
import type { SpeedLine } from '@/components/charts/speed-chart';
import type { LapTraceState } from '@/components/hooks/use-lap-traces';
import type { MapContent } from '@/components/map/map-features';
import type { CursorCar } from '@/components/map/use-cursor-markers';
import type { TrackShape } from '@/lib/contracts/tracks';
import { traceValues } from './trace-values';

/** A lap that charts and map show, with the line that stands for it. */
export type ShownLap = LapTraceState & { line: LapLine; name: string; isReference: boolean };

/** The reference (else the first chosen lap) as the racing line, the others as thin lines. */
export function mapContent(track: TrackShape | null, shown: readonly ShownLap[]): MapContent {
  const drawn = shown.flatMap((each) => (each.trace ? [{ ...each, trace: each.trace }] : []));
  const [racing, ...others] = drawn;
  return {
    frame: track?.frame ?? racing?.trace.frame ?? 'wgs84',
    gates: track?.checkpoints ?? [],
    centreline: track?.centreline ?? null,
    racing: racing ? traceValues(racing.trace) : null,
    laps: others.map(({ lap, line, trace }) => ({
      key: String(lap.id),
      token: line.token,
      ...traceValues(trace),
    })),
  };
}

export function mapCars(shown: readonly ShownLap[]): CursorCar[] {
  return shown.flatMap(({ lap, line, trace }) =>
    trace ? [{ key: String(lap.id), token: line.token, ...traceValues(trace) }] : [],
  );
}

/** The lines of the speed chart; the reference comes last, so that it lies on top. */
export function speedLines(shown: readonly ShownLap[]): SpeedLine[] {
  const lines = shown.flatMap(({ lap, line, name, trace }) =>
    trace ? [{ key: String(lap.id), name, line, ...traceValues(trace) }] : [],
  );
  return lines.reverse();
}
