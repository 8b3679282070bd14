import { HomeSections } from '@/components/home/home-sections';
import { Welcome } from '@/components/home/welcome';
import { runtime } from '@/lib/runtime';
import { listDevices } from '@/lib/services/devices';
import { listImports } from '@/lib/services/imports';
import { listSessions } from '@/lib/services/sessions';
import { systemStatus } from '@/lib/services/status';
import { listTracks } from '@/lib/services/tracks';
import { pageContext } from './page-context';

export default async function HomePage() {
  const ctx = await pageContext('session.list');
  const [sessions, tracks, imports, devices, status] = await Promise.all([
    listSessions(ctx, { limit: 8, sort: 'newest' }),
    listTracks(ctx, { limit: 100 }),
    listImports(ctx, { limit: 20 }),
    listDevices(ctx, { limit: 1 }),
    systemStatus(ctx, { facts: runtime().facts, nowMs: Date.now() }),
  ]);
  const hasOwn = sessions.items.some((session) => !session.simulated);
  return (
    <div className="flex flex-col gap-8">
      <Welcome hasOwn={hasOwn} imports={imports.items} tracks={tracks.items} />
      <HomeSections
        sessions={sessions.items}
        total={sessions.total}
        tracks={tracks.items}
        status={status}
        devices={devices.total}
      />
    </div>
  );
}
