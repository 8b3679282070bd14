import { formatCount } from '@/components/format';
import type { SystemStatus } from '@/lib/contracts/system';

const DATABASES = { embedded: 'built in', postgresql: 'PostgreSQL' };

const deviceRow = (devices: number): [name: string, value: string] => ['Devices', formatCount(devices)];

/** What this server works with, in words; what is off says so. */
export function ConnectedParts({ status, devices }: { status: SystemStatus; devices: number | null }) {
  const rows: [name: string, value: string][] = [
    ['Database', status.database.ok ? DATABASES[status.database.kind] : 'does not answer'],
    ['Reached from', status.reach === 'loopback' ? 'this machine only' : 'the network'],
    ...(devices === null ? [] : [deviceRow(devices)]),
    ['Laps', formatCount(status.laps_count)],
    ['Positions', formatCount(status.fixes_count)],
    ['Traccar', status.parts.traccar ? 'connected' : 'off'],
    ['Live for Speed', status.parts.insim ? 'connected' : 'off'],
  ];
  return (
    <dl className="rounded-md border border-line text-sm">
      {rows.map(([name, value]) => (
        <div
          key={name}
          className="flex justify-between gap-4 border-b border-line px-3 py-1.5 last:border-b-0"
        >
          <dt className="text-soft">{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}
