'use client';

import { type KeyboardEvent, useMemo } from 'react';
import { LapSwatch } from '@/components/charts/lap-swatch';
import { SpeedChart } from '@/components/charts/speed-chart';
import { formatCount, formatLapTime, formatSpeed, SPEED_UNIT } from '@/components/format';
import { type Cursor, useCursorDistance } from '@/components/hooks/cursor';
import { usePreferences } from '@/components/ui/preferences';
import { type ShownLap, speedLines } from './shown-laps';
import { placeOn, traceValues, valueAt } from './trace-values';

type SpeedPanelProps = { shown: ShownLap[]; cursor: Cursor; chosen: number };

/** Speed over distance of the reference and the chosen laps, with what each does at the cursor. */
export function SpeedPanel({ shown, cursor, chosen }: SpeedPanelProps) {
  const lines = useMemo(() => speedLines(shown), [shown]);
  const lengthM = Math.max(0, ...lines.map((line) => line.distanceM.at(-1) ?? 0));
  return (
    <section className="flex flex-col gap-2" aria-label="Speed over distance">
      <div className="flex flex-wrap items-baseline gap-x-3">
        <h2 className="text-lg font-semibold">Speed over distance</h2>
        {chosen === 0 && shown.length > 0 && (
          <p className="text-sm text-soft">
            {shown[0]?.isReference ? 'The best lap' : 'No lap counts; this is the longest one'}: choose others
            above to compare
          </p>
        )}
      </div>
      {shown.length === 0 ? (
        <p className="rounded-md border border-line p-4 text-sm text-soft">
          No lap counts here. Choose one in the table to see its speed.
        </p>
      ) : (
        <CursorControl cursor={cursor} lengthM={lengthM} shown={shown}>
          <SpeedChart lines={lines} cursor={cursor} heightPx={300} />
        </CursorControl>
      )}
      <Readout shown={shown} cursor={cursor} />
    </section>
  );
}

type ControlProps = { cursor: Cursor; lengthM: number; shown: ShownLap[]; children: React.ReactNode };

/** Makes the cursor of the chart a slider for the keyboard and for assistive technology. */
function CursorControl({ cursor, lengthM, shown, children }: ControlProps) {
  const distanceM = useCursorDistance(cursor);
  const { units } = usePreferences();
  const words = shown
    .map((each) => `${each.name} ${formatSpeed(speedAt(each, distanceM), units)}`)
    .join(', ');
  const onKeyDown = (event: KeyboardEvent) => {
    const next = steppedDistance(event, distanceM ?? 0, lengthM);
    if (next === undefined) return;
    event.preventDefault();
    cursor.set(next);
  };
  return (
    <div
      role="slider"
      tabIndex={0}
      aria-label="Cursor along the lap"
      aria-valuemin={0}
      aria-valuemax={Math.round(lengthM)}
      aria-valuenow={Math.round(distanceM ?? 0)}
      aria-valuetext={`${formatCount(distanceM ?? 0)} m: ${words}`}
      onKeyDown={onKeyDown}
      className="overflow-hidden rounded-md border border-line"
    >
      {children}
    </div>
  );
}

/** Where a key moves the cursor; null puts it away, undefined is a key of somebody else. */
function steppedDistance(event: KeyboardEvent, fromM: number, lengthM: number): number | null | undefined {
  const step = (event.shiftKey ? 10 : 1) * Math.max(1, lengthM / 500);
  const targets: Record<string, number | null> = {
    ArrowLeft: Math.max(0, fromM - step),
    ArrowRight: Math.min(lengthM, fromM + step),
    Home: 0,
    End: lengthM,
    Escape: null,
  };
  return targets[event.key];
}

/** Legend and values at the cursor in one; its height is the same with and without a cursor. */
function Readout({ shown, cursor }: { shown: ShownLap[]; cursor: Cursor }) {
  const distanceM = useCursorDistance(cursor);
  const { units } = usePreferences();
  return (
    <ul className="flex flex-wrap gap-x-6 gap-y-1 text-sm">
      {shown.map((each) => (
        <li key={each.lap.id} className="flex items-center gap-2">
          <LapSwatch line={each.line} />
          <span>{each.name}</span>
          <span className="text-soft">{formatLapTime(each.lap.lap_time_ms)}</span>
          {each.isReference && <span className="text-soft">best</span>}
          {each.failed ? (
            <span className="text-danger">no trace: {each.failed}</span>
          ) : (
            <span className="min-w-20 text-right">
              {formatSpeed(speedAt(each, distanceM), units)} {SPEED_UNIT[units]}
            </span>
          )}
        </li>
      ))}
    </ul>
  );
}

function speedAt({ trace }: ShownLap, distanceM: number | null): number | null {
  if (!trace || distanceM === null) return null;
  const values = traceValues(trace);
  const place = placeOn(values.distanceM, distanceM);
  return place ? valueAt(values.speedMps, place) : null;
}
