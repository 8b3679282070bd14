import { HomeSections } from '@/components/home/home-sections';
import { LiveNow } from '@/components/home/live-now';
import { Welcome } from '@/components/home/welcome';
import { runtime } from '@/lib/runtime';
import type { ServiceContext } from '@/lib/services/context';
import { listDevices } from '@/lib/services/devices';
import { listImports } from '@/lib/services/imports';
import { listLive } from '@/lib/services/live-list';
import { mayWith } from '@/lib/services/rights';
import { listSessions } from '@/lib/services/sessions';
import { systemStatus } from '@/lib/services/status';
import { listTracks } from '@/lib/services/tracks';
import { pageContext } from './page-context';

export default async function HomePage() {
  const ctx = await pageContext('session.list');
  const [live, sessions, tracks, imports, devices, status] = await Promise.all([
    listLive(ctx, undefined),
    listSessions(ctx, { limit: 8, sort: 'newest' }),
    listTracks(ctx, { limit: 100 }),
    ownImports(ctx),
    countDevices(ctx),
    systemStatus(ctx, { facts: runtime().facts, nowMs: Date.now() }),
  ]);
  const hasOwn = sessions.items.some((session) => !session.simulated);
  return (
    <div className="flex flex-col gap-8">
      <h1 className="sr-only">Pitwall</h1>
      <LiveNow sessions={live.items} />
      {imports && <Welcome hasOwn={hasOwn} imports={imports} tracks={tracks.items} />}
      <HomeSections
        sessions={sessions.items}
        total={sessions.total}
        tracks={tracks.items}
        status={status}
        devices={devices}
      />
    </div>
  );
}

/** Null for whoever may not import. */
async function ownImports(ctx: ServiceContext) {
  return mayWith(ctx, 'import.create', null) ? (await listImports(ctx, { limit: 20 })).items : null;
}

/** Null for whoever may not see devices. */
async function countDevices(ctx: ServiceContext): Promise<number | null> {
  return mayWith(ctx, 'device.list', null) ? (await listDevices(ctx, { limit: 1 })).total : null;
}
