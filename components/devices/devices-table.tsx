import { formatCount, formatDistance, MISSING } from '@/components/format';
import { countRejected } from '@/components/reasons';
import { LocalTime } from '@/components/timing/local-time';
import { Button } from '@/components/ui/button';
import { type Head, Heads } from '@/components/ui/heads';
import { TableFrame } from '@/components/ui/table-frame';
import type { DeviceItem, DeviceLive } from '@/lib/contracts/devices';
import { OnlineDot } from './online-dot';
import { refusedWords } from './refused-words';

const SOURCES: Readonly<Record<string, string>> = {
  file: 'a file',
  simulator: 'the simulator',
  osmand: 'a phone',
  api: 'a program',
  robot: 'a robot',
  traccar: 'Traccar',
  insim: 'Live for Speed',
  replay: 'a replay',
};

type DevicesTableProps = {
  devices: readonly DeviceItem[];
  onChange: ((device: DeviceItem) => void) | null;
  onKeys(device: DeviceItem): void;
  withKeys: readonly number[];
};

const HEADS: readonly Head[] = [
  'Name',
  'From',
  'Now',
  { number: 'Odometer' },
  { number: 'Sent' },
  'Refused',
  { number: 'Sessions' },
  'Owner',
  'Since',
  { unseen: 'What can be done with it' },
];

/** Devices with what they send now. */
export function DevicesTable({ devices, ...acts }: DevicesTableProps) {
  return (
    <TableFrame label="Devices">
      <table className="data-table">
        <Heads of={HEADS} />
        <tbody>
          {devices.map((device) => (
            <DeviceRow key={device.id} device={device} {...acts} />
          ))}
        </tbody>
      </table>
    </TableFrame>
  );
}

type DeviceRowProps = { device: DeviceItem } & Omit<DevicesTableProps, 'devices'>;

function DeviceRow({ device, onChange, onKeys, withKeys }: DeviceRowProps) {
  const { live } = device;
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
      <td>{live ? <Now live={live} /> : <span className="text-soft">{sleeping(device)}</span>}</td>
      <td className="number">{live ? formatDistance(live.odometer_m) : MISSING}</td>
      <td className="number">{live ? formatCount(live.stored) : MISSING}</td>
      <td>
        {live && countRejected(live.refused) > 0 ? (
          refusedWords(live.refused)
        ) : (
          <span className="text-soft">{live ? 'none' : MISSING}</span>
        )}
      </td>
      <td className="number">{formatCount(device.sessions)}</td>
      <td>{device.owner?.username ?? <span className="text-soft">shared by all</span>}</td>
      <td>
        <LocalTime instant={device.created_at} style="date" />
      </td>
      <td className="text-right">
        {withKeys.includes(device.id) && (
          <Button look="quiet" onPress={() => onKeys(device)} aria-label={`Keys of ${device.name}`}>
            Keys
          </Button>
        )}
        {onChange && (
          <Button look="quiet" onPress={() => onChange(device)} aria-label={`Change ${device.name}`}>
            Change
          </Button>
        )}
      </td>
    </tr>
  );
}

const sleeping = ({ source }: DeviceItem): string =>
  source === 'file' || source === 'simulator' ? 'a recording' : 'waits for its first fix';

function Now({ live }: { live: DeviceLive }) {
  const battery = live.battery_pct === null ? '' : `, battery ${Math.round(live.battery_pct)} %`;
  return (
    <>
      <OnlineDot isOnline={live.online} />
      {!live.online && live.last_seen && (
        <>
          {' '}
          since <LocalTime instant={live.last_seen} />
        </>
      )}
      {battery}
    </>
  );
}
