import type { Metadata } from 'next';
import { LiveSessions } from '@/components/live/live-sessions';
import type { ServiceContext } from '@/lib/services/context';
import { listDevices } from '@/lib/services/devices';
import { listLive } from '@/lib/services/live-list';
import { refusalOf } from '@/lib/services/rights';
import { listTracks } from '@/lib/services/tracks';
import { pageContext } from '../page-context';

export const metadata: Metadata = { title: 'Live' };

export default async function LivePage() {
  const ctx = await pageContext('live.list');
  const may = {
    open: refusalOf(ctx, 'live.open') === null,
    demo: refusalOf(ctx, 'demo.create') === null,
  };
  const [list, tracks, devices] = await Promise.all([
    listLive(ctx, undefined),
    may.open ? listTracks(ctx, { limit: 1000 }) : { items: [] },
    may.open ? sendingDevices(ctx) : [],
  ]);
  return (
    <LiveSessions
      sessions={list.items}
      may={may}
      tracks={tracks.items.map(({ id, name }) => ({ id, name }))}
      devices={devices}
    />
  );
}

/** Files and the simulator made devices too, but those send no more. */
async function sendingDevices(ctx: ServiceContext) {
  const { items } = await listDevices(ctx, { limit: 1000 });
  return items
    .filter(({ source }) => source !== 'file' && source !== 'simulator')
    .map(({ id, name }) => ({ id, name }));
}
