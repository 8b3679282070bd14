import type { Metadata } from 'next';
import { DevicesList } from '@/components/devices/devices-list';
import { listQuery } from '@/lib/contracts/common';
import { takesKeys } from '@/lib/contracts/device-keys';
import { env } from '@/lib/env';
import { runtime } from '@/lib/runtime';
import { listDevices } from '@/lib/services/devices';
import { mayWith, refusalOf } from '@/lib/services/rights';
import { lenientQuery, type SearchParams } from '../lenient-query';
import { pageContext } from '../page-context';
import { pageCursor } from '../page-cursor';

export const metadata: Metadata = { title: 'Devices' };

const query = listQuery.extend({ cursor: pageCursor });

export default async function DevicesPage({ searchParams }: { searchParams: Promise<SearchParams> }) {
  const ctx = await pageContext('device.list');
  const list = await listDevices(ctx, lenientQuery(query, await searchParams));
  const withKeys = list.items.filter(
    (device) => takesKeys(device) && mayWith(ctx, 'device_key.list', device.owner?.id ?? null),
  );
  return (
    <DevicesList
      devices={list.items}
      total={list.total}
      next={list.next}
      mayAdd={refusalOf(ctx, 'device.create') === null}
      mayChange={mayWith(ctx, 'device.update', null)}
      withKeys={withKeys.map(({ id }) => id)}
      reach={{ publicUrl: env().PUBLIC_URL ?? null, isLoopback: runtime().facts.reach === 'loopback' }}
    />
  );
}
