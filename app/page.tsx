import { connection } from 'next/server';
import { HomeSections } from '@/components/home/home-sections';
import { Welcome } from '@/components/home/welcome';
import { runtime, serviceContext } from '@/lib/runtime';
import { listDevices } from '@/lib/services/devices';
import { listImports } from '@/lib/services/imports';
import { listSessions } from '@/lib/services/sessions';
import { systemStatus } from '@/lib/services/status';
import { listTracks } from '@/lib/services/tracks';

export default async function HomePage() {
  await connection();
  const ctx = serviceContext();
  const [sessions, tracks, imports, devices, status] = await Promise.all([
    listSessions(ctx, { limit: 8, sort: 'newest' }),
    listTracks(ctx, { limit: 100 }),
    listImports(ctx, { limit: 20 }),
    listDevices(ctx, { limit: 1 }),
    systemStatus(ctx, runtime().facts, Date.now()),
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
