'use client';

import { RotateCcw } from 'lucide-react';
import { entryToken } from '@/components/charts/lap-palette';
import { OnlineDot } from '@/components/devices/online-dot';
import { refusedWords } from '@/components/devices/refused-words';
import { formatCount, MISSING } from '@/components/format';
import { countRejected } from '@/components/reasons';
import { LocalTime } from '@/components/timing/local-time';
import { Button } from '@/components/ui/button';
import { type Head, Heads } from '@/components/ui/heads';
import type { RobotItem, TripName } from '@/lib/contracts/robots';
import { signed } from './plane';

type RobotsTableProps = {
  rows: readonly RobotItem[];
  chosenId: number | null;
  onChoose(deviceId: number): void;
  /** Null for whoever may not. */
  onReset: ((robot: RobotItem, trip: TripName) => void) | null;
};

const metres = (valueM: number | null): string => (valueM === null ? MISSING : signed(valueM.toFixed(2)));

const HEADS: readonly Head[] = [
  'Robot',
  'State',
  { number: 'x, m' },
  { number: 'y, m' },
  { number: 'Odometer, m' },
  { number: 'Trip A, m' },
  { number: 'Trip B, m' },
  { number: 'Events' },
  'Refused',
];

/** Robots by name: where they are, how far they went, what of them was refused. */
export function RobotsTable({ rows, chosenId, onChoose, onReset }: RobotsTableProps) {
  return (
    <div className="table-frame">
      <table className="data-table">
        <Heads of={HEADS} />
        <tbody>
          {rows.map((row, at) => (
            <tr key={row.device_id} aria-selected={row.device_id === chosenId}>
              <td>
                <Button
                  look="quiet"
                  onPress={() => onChoose(row.device_id)}
                  aria-pressed={row.device_id === chosenId}
                >
                  <span
                    aria-hidden
                    className="size-2.5 shrink-0 rounded-full"
                    style={{ background: `var(--${entryToken(at)})` }}
                  />
                  <span className="max-w-56 truncate text-text max-sm:max-w-32" title={row.name}>
                    {row.name}
                  </span>
                </Button>
              </td>
              <td>
                <OnlineDot isOnline={row.online} />{' '}
                {!row.online && row.last_seen && (
                  <LocalTime instant={row.last_seen} style="date-time-seconds" />
                )}
              </td>
              <td className="number">{metres(row.x_m)}</td>
              <td className="number">{metres(row.y_m)}</td>
              <td className="number">{metres(row.odometer_m)}</td>
              <TripCell row={row} trip="a" onReset={onReset} />
              <TripCell row={row} trip="b" onReset={onReset} />
              <td className="number">{formatCount(row.events)}</td>
              <td>
                {countRejected(row.refused) > 0 ? (
                  refusedWords(row.refused)
                ) : (
                  <span className="text-soft">none</span>
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

type TripCellProps = { row: RobotItem; trip: TripName; onReset: RobotsTableProps['onReset'] };

function TripCell({ row, trip, onReset }: TripCellProps) {
  return (
    <td className="number">
      <span className="inline-flex items-center justify-end align-middle">
        {metres(row.trips[trip]?.distance_m ?? row.odometer_m)}
        {onReset && (
          <Button
            look="quiet"
            isIcon
            aria-label={`Set trip ${trip.toUpperCase()} of ${row.name} to zero`}
            onPress={() => onReset(row, trip)}
          >
            <RotateCcw size={14} aria-hidden />
          </Button>
        )}
      </span>
    </td>
  );
}
