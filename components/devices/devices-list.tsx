'use client';

import { useRouter } from 'next/navigation';
import { parseAsString, useQueryState } from 'nuqs';
import { useState } from 'react';
import { formatCount, formatPlural } from '@/components/format';
import { LocalTime } from '@/components/timing/local-time';
import { Button } from '@/components/ui/button';
import { PageTurner } from '@/components/ui/page-turner';
import { TableFrame } from '@/components/ui/table-frame';
import type { DeviceItem } from '@/lib/contracts/devices';
import { DeviceDialog } from './device-dialog';

type DevicesListProps = { devices: DeviceItem[]; total: number; next: string | null; mayChange: boolean };

const SOURCES: Readonly<Record<string, string>> = { file: 'a file', simulator: 'the simulator' };

/** Whatever has recorded, newest first. */
export function DevicesList({ devices, total, next, mayChange }: DevicesListProps) {
  const [cursor, setCursor] = useQueryState('cursor', parseAsString.withOptions({ shallow: false }));
  const [open, setOpen] = useState<DeviceItem | null>(null);
  const router = useRouter();
  return (
    <div className="flex flex-col gap-3">
      <div className="flex flex-wrap items-center gap-3">
        <h1 className="mr-4 text-xl font-semibold">Devices</h1>
        <p role="status" className="ml-auto text-sm text-soft">
          {devices.length < total
            ? `${formatCount(devices.length)} of ${formatPlural(total, 'device')}`
            : formatPlural(total, 'device')}
        </p>
      </div>
      <TableFrame label="Devices">
        <table className="data-table">
          <thead>
            <tr>
              <th scope="col">Name</th>
              <th scope="col">From</th>
              <th scope="col" className="number">
                Sessions
              </th>
              <th scope="col">Owner</th>
              <th scope="col">Since</th>
              {mayChange && (
                <th scope="col">
                  <span className="sr-only">Change it</span>
                </th>
              )}
            </tr>
          </thead>
          <tbody>
            {devices.map((device) => (
              <DeviceRow key={device.id} device={device} onChange={mayChange ? setOpen : null} />
            ))}
          </tbody>
        </table>
      </TableFrame>
      <PageTurner cursor={cursor} next={next} onTurn={(to) => setCursor(to, { history: 'push' })} />
      {open && (
        <DeviceDialog
          device={open}
          onClose={() => setOpen(null)}
          onDone={() => {
            setOpen(null);
            router.refresh();
          }}
        />
      )}
    </div>
  );
}

type DeviceRowProps = { device: DeviceItem; onChange: ((device: DeviceItem) => void) | null };

function DeviceRow({ device, onChange }: DeviceRowProps) {
  return (
    <tr>
      <td>
        <span
          className="inline-block max-w-80 truncate align-bottom font-medium max-sm:max-w-40"
          title={device.name}
        >
          {device.name}
        </span>
      </td>
      <td title={device.external_id}>{SOURCES[device.source] ?? device.source}</td>
      <td className="number">{formatCount(device.sessions)}</td>
      <td>{device.owner?.username ?? <span className="text-soft">shared by all</span>}</td>
      <td>
        <LocalTime instant={device.created_at} style="date" />
      </td>
      {onChange && (
        <td className="text-right">
          <Button look="quiet" onPress={() => onChange(device)} aria-label={`Change ${device.name}`}>
            Change
          </Button>
        </td>
      )}
    </tr>
  );
}
