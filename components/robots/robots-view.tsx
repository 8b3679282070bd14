'use client';

import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { formatPlural } from '@/components/format';
import { sendJson } from '@/components/hooks/api';
import { Failure } from '@/components/ui/failure';
import type { RobotItem, TripName } from '@/lib/contracts/robots';
import { PlaneCanvas } from './plane-canvas';
import type { Place } from './robot-store';
import { RobotWay } from './robot-way';
import { RobotsTable } from './robots-table';
import { TeachRobots } from './teach-robots';
import { useRobots } from './use-robots';

type RobotsViewProps = {
  robots: RobotItem[];
  /** Whether the viewer may set trip counters to zero. */
  mayReset: boolean;
};

/** Robots as they move: map, table, and one robot's way. */
export function RobotsView({ robots, mayReset }: RobotsViewProps) {
  const { store, rows, cut, ask } = useRobots(robots);
  const [chosenId, setChosenId] = useState<number | null>(null);
  const [way, setWay] = useState<readonly Place[] | null>(null);
  const chosen = rows.find((row) => row.device_id === chosenId) ?? null;
  const reset = useMutation({
    mutationFn: ({ robot, trip }: { robot: RobotItem; trip: TripName }) =>
      sendJson('POST', `/api/v1/devices/${robot.device_id}/trips/${trip}`),
    onSuccess: ask,
  });
  const choose = (deviceId: number | null) => {
    setChosenId((before) => (before === deviceId ? null : deviceId));
    setWay(null);
  };
  const online = rows.filter((row) => row.online).length;
  return (
    <div className="flex flex-col gap-4">
      <div className="flex flex-wrap items-center gap-3">
        <h1 className="mr-4 text-xl font-semibold">Robots</h1>
        <p role="status" className={`ml-auto text-sm ${cut ? 'text-danger' : 'text-soft'}`}>
          {cut
            ? 'The server does not report at the moment; asking again.'
            : rows.length > 0 && `${formatPlural(rows.length, 'robot')}, ${online} online`}
        </p>
      </div>
      {rows.length === 0 ? (
        <TeachRobots />
      ) : (
        <>
          <Failure error={reset.error} kept="The trip counter counts on." />
          <div className="grid gap-4 2xl:grid-cols-[minmax(0,1fr)_minmax(0,1.1fr)]">
            <div className="flex min-w-0 flex-col gap-3">
              <PlaneCanvas store={store} rows={rows} chosenId={chosenId} way={way} />
              {chosen && (
                <RobotWay key={chosen.device_id} robot={chosen} onWay={setWay} onClose={() => choose(null)} />
              )}
            </div>
            <RobotsTable
              rows={rows}
              chosenId={chosenId}
              onChoose={choose}
              onReset={mayReset ? (robot, trip) => reset.mutate({ robot, trip }) : null}
            />
          </div>
        </>
      )}
    </div>
  );
}
