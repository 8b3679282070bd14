'use client';

import { Smartphone } from 'lucide-react';
import { useRouter } from 'next/navigation';
import { parseAsString, useQueryState } from 'nuqs';
import { useEffect, useState } from 'react';
import { formatCount, formatPlural } from '@/components/format';
import { Button } from '@/components/ui/button';
import { EmptyState } from '@/components/ui/empty-state';
import { PageTurner } from '@/components/ui/page-turner';
import type { DeviceItem } from '@/lib/contracts/devices';
import { AddPhone } from './add-phone';
import { DeviceDialog } from './device-dialog';
import { DeviceKeys } from './device-keys';
import { DevicesTable } from './devices-table';
import type { Reach } from './phone-address';

type DevicesListProps = {
  devices: DeviceItem[];
  total: number;
  next: string | null;
  mayAdd: boolean;
  mayChange: boolean;
  /** The ids of those whose keys the viewer may make and revoke. */
  withKeys: readonly number[];
  reach: Reach;
};

type Asked = { about: 'phone' } | { about: 'change' | 'keys'; device: DeviceItem };

/** Whatever has recorded or sends, newest first. */
export function DevicesList({ devices, total, next, mayAdd, mayChange, withKeys, reach }: DevicesListProps) {
  const [cursor, setCursor] = useQueryState('cursor', parseAsString.withOptions({ shallow: false }));
  const [asked, setAsked] = useState<Asked | null>(null);
  const router = useRouter();
  const close = () => setAsked(null);
  useFresh(devices);
  return (
    <div className="flex flex-col gap-3">
      <div className="flex flex-wrap items-center gap-3">
        <h1 className="mr-4 text-xl font-semibold">Devices</h1>
        {mayAdd && (
          <Button onPress={() => setAsked({ about: 'phone' })}>
            <Smartphone size={16} aria-hidden /> Add a phone
          </Button>
        )}
        <p role="status" className="ml-auto text-sm text-soft">
          {total > 0 &&
            (devices.length < total
              ? `${formatCount(devices.length)} of ${formatPlural(total, 'device')}`
              : formatPlural(total, 'device'))}
        </p>
      </div>
      {total === 0 ? (
        <NoDevices mayAdd={mayAdd} />
      ) : (
        <>
          <DevicesTable
            devices={devices}
            onChange={mayChange ? (device) => setAsked({ about: 'change', device }) : null}
            onKeys={(device) => setAsked({ about: 'keys', device })}
            withKeys={withKeys}
          />
          <PageTurner cursor={cursor} next={next} onTurn={(to) => setCursor(to, { history: 'push' })} />
        </>
      )}
      {asked?.about === 'phone' && <AddPhone reach={reach} onMade={() => router.refresh()} onClose={close} />}
      {asked?.about === 'keys' && <DeviceKeys device={asked.device} reach={reach} onClose={close} />}
      {asked?.about === 'change' && (
        <DeviceDialog
          device={asked.device}
          onClose={close}
          onDone={() => {
            close();
            router.refresh();
          }}
        />
      )}
    </div>
  );
}

function NoDevices({ mayAdd }: { mayAdd: boolean }) {
  return (
    <EmptyState title="No devices yet">
      <p className="max-w-lg">
        A device is whatever records: each logger file brings its own, so that the first import makes the
        first one. {mayAdd && 'A phone becomes one with “Add a phone”, which gives it an address to send to.'}
      </p>
    </EmptyState>
  );
}

const FRESH_EVERY_MS = 10_000;

/** Reads the page anew now and then while something may send. */
function useFresh(devices: readonly DeviceItem[]): void {
  const router = useRouter();
  const isLive = devices.some(({ live, source }) => live !== null || source === 'osmand');
  useEffect(() => {
    if (!isLive) return;
    const timer = setInterval(() => {
      if (document.visibilityState === 'visible') router.refresh();
    }, FRESH_EVERY_MS);
    return () => clearInterval(timer);
  }, [isLive, router]);
}
