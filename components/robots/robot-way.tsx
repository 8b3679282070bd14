'use client';

import { useQuery } from '@tanstack/react-query';
import { type FormEvent, useEffect, useState } from 'react';
import { formatCount, formatPlural } from '@/components/format';
import { getJson } from '@/components/hooks/api';
import { useFaults } from '@/components/hooks/use-faults';
import { Button } from '@/components/ui/button';
import { Failure } from '@/components/ui/failure';
import { Field } from '@/components/ui/field';
import type { Odometer, RobotItem } from '@/lib/contracts/robots';
import type { Place } from './robot-store';

type Events = { items: { time_ms: number; x_m: number; y_m: number }[]; total: number };
type Range = { start_time: string; end_time: string };
type Way = { odometerM: number; total: number; places: Place[] };

const MOST_DRAWN = 1000;

type RobotWayProps = { robot: RobotItem; onWay(way: readonly Place[] | null): void; onClose(): void };

/** One robot's way between two times of its own clock: its length, and drawn on the map. */
export function RobotWay({ robot, onWay, onClose }: RobotWayProps) {
  const [range, setRange] = useState<Range>({ start_time: '', end_time: '' });
  const [asked, setAsked] = useState<Range | null>(null);
  const way = useQuery({
    queryKey: ['robot way', robot.device_id, asked],
    queryFn: ({ signal }) => readWay(robot.name, asked, signal),
    enabled: asked !== null,
    retry: false,
  });
  const faults = useFaults(way.error, ['start_time', 'end_time']);
  const places = (asked && way.data?.places) ?? null;
  useEffect(() => onWay(places), [onWay, places]);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    // The same range may hold more by now.
    if (asked && isSame(asked, range)) void way.refetch();
    else setAsked(range);
  };
  return (
    <section
      aria-label={`The way of ${robot.name}`}
      className="flex flex-col gap-3 rounded-md border border-line p-3"
    >
      <div className="flex items-center gap-2">
        <h2 className="truncate text-lg font-semibold" title={robot.name}>
          {robot.name}
        </h2>
        <Button look="quiet" className="ml-auto" onPress={onClose}>
          Let it go
        </Button>
      </div>
      <p className="text-sm text-soft">
        {robot.time_ms === null
          ? 'It has sent nothing yet.'
          : `Its clock stands at ${formatCount(robot.time_ms)} ms.`}
      </p>
      <form ref={faults.formRef} noValidate onSubmit={submit} className="flex flex-wrap items-end gap-3">
        {(['start_time', 'end_time'] as const).map((name) => (
          <div key={name} className="w-40">
            <Field
              label={name === 'start_time' ? 'From, ms' : 'To, ms'}
              name={name}
              autoComplete="off"
              value={range[name]}
              onChange={(value) => setRange((before) => ({ ...before, [name]: value.trim() }))}
              fault={faults.of(name)}
            />
          </div>
        ))}
        <Button type="submit" isDisabled={way.isFetching}>
          Show this way
        </Button>
        {asked && (
          <Button look="quiet" onPress={() => setAsked(null)}>
            Back to now
          </Button>
        )}
      </form>
      <p role="status" className="text-sm">
        {asked && way.data && wayWords(way.data)}
      </p>
      <Failure error={faults.rest} kept="The map shows what it showed." />
    </section>
  );
}

const isSame = (one: Range, other: Range): boolean =>
  one.start_time === other.start_time && one.end_time === other.end_time;

const wayWords = ({ odometerM, total }: Way): string =>
  `${odometerM.toFixed(2)} m over ${formatPlural(total, 'event')}${total > MOST_DRAWN ? `; the first ${MOST_DRAWN} are drawn` : ''}`;

async function readWay(name: string, range: Range | null, signal?: AbortSignal): Promise<Way> {
  const given = Object.entries(range ?? {}).filter(([, text]) => text !== '');
  const query = new URLSearchParams(given).toString();
  const base = `/api/v1/robots/${encodeURIComponent(name)}`;
  const [way, events] = await Promise.all([
    getJson<Odometer>(`${base}/odometer?${query}`, signal),
    getJson<Events>(`${base}/events?limit=${MOST_DRAWN}&${query}`, signal),
  ]);
  const places = events.items.map(({ time_ms, x_m, y_m }): Place => [time_ms, x_m, y_m]);
  return { odometerM: way.odometer_m, total: events.total, places };
}
