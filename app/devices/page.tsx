import type { Metadata } from 'next';
import { DevicesList } from '@/components/devices/devices-list';
import { EmptyState } from '@/components/ui/empty-state';
import { listQuery } from '@/lib/contracts/common';
import { listDevices } from '@/lib/services/devices';
import { mayWith } from '@/lib/services/rights';
import { lenientQuery, type SearchParams } from '../lenient-query';
import { pageContext } from '../page-context';
import { pageCursor } from '../page-cursor';

export const metadata: Metadata = { title: 'Devices' };

const query = listQuery.extend({ cursor: pageCursor });

export default async function DevicesPage({ searchParams }: { searchParams: Promise<SearchParams> }) {
  const ctx = await pageContext('device.list');
  const list = await listDevices(ctx, lenientQuery(query, await searchParams));
  if (list.total > 0)
    return (
      <DevicesList
        devices={list.items}
        total={list.total}
        next={list.next}
        mayChange={mayWith(ctx, 'device.update', null)}
      />
    );
  return (
    <>
      <h1 className="mb-4 text-xl font-semibold">Devices</h1>
      <EmptyState title="No devices yet">
        <p className="max-w-lg">
          A device is whatever records: each logger file brings its own, so that the first import makes the
          first one.
        </p>
      </EmptyState>
    </>
  );
}
