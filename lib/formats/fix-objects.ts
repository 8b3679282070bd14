import { type ColumnRole, columnRole, splitColumnName } from './column-roles';
import { secondsToMs } from './decimal';
import { SOLE_DEVICE, TIME, X, Y } from './fix-table';
import { ValueBudget } from './growable-columns';
import { isoTimeMs } from './iso-time';
import { OpenFixTable } from './open-fix-table';
import type { Rejections } from './rejections';
import { type DeviceRecording, FormatError } from './types';

const MAX_DEVICES = 1000;
const MAX_KEYS = 5000;

type Key = { role: ColumnRole | null; name: string; unit: string };
type Device = { table: OpenFixTable; isPlanar: boolean };

/**
 * Gathers fixes that come as JSON objects: keys as the columns of our CSV (snake or camel case: `time_ms`,
 * `timeMs`), `device`, or `time` as an ISO instant; other keys with numbers are channels.
 */
export class FixObjects {
  private readonly devices = new Map<string, Device>();
  private readonly budget = new ValueBudget();
  private readonly keys = new Map<string, Key>();

  constructor(private readonly rejections: Rejections) {}

  take(value: unknown, line: number): void {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) {
      this.rejections.add('no_object', line, 'a fix must be an object');
      return;
    }
    const entries = Object.entries(value).map(([key, entry]) => ({ ...this.keyOf(key), key, entry }));
    const has = (slot: number, frame: string) =>
      entries.some(
        ({ role, entry }) => role?.slot === slot && role.frame === frame && typeof entry === 'number',
      );
    const isPlanar = !(has(X, 'wgs84') && has(Y, 'wgs84'));
    if (isPlanar && !(has(X, 'planar') && has(Y, 'planar'))) {
      this.rejections.add('no_position', line, 'it has neither lat and lon nor x_m and y_m');
      return;
    }
    const name = entries.find(({ key }) => key === 'device')?.entry;
    const device = this.deviceNamed(
      typeof name === 'string' || typeof name === 'number' ? String(name) : '',
      isPlanar,
      line,
    );
    if (device.isPlanar !== isPlanar) {
      this.rejections.add('other_frame', line, 'the fixes of one device mix degrees and metres');
      return;
    }
    device.table.clear();
    for (const { key, role, name: channel, unit, entry } of entries) {
      if (key === 'time' && typeof entry === 'string') device.table.set(TIME, isoTimeMs(entry));
      if (typeof entry !== 'number') continue;
      const number = Number.isFinite(entry) ? entry : Number.NaN;
      if (role && (role.frame === null || (role.frame === 'planar') === isPlanar)) {
        device.table.set(role.slot, role.seconds ? secondsToMs(number) : number * role.scale);
      } else if (key !== 'device') device.table.setChannel(channel, unit, number);
    }
    const fault = device.table.push();
    if (fault) this.rejections.add(fault, line, 'time_ms or the position is missing or no finite number');
  }

  recordings(): DeviceRecording[] {
    return [...this.devices]
      .filter(([, { table }]) => table.count > 0)
      .map(([name, { table, isPlanar }]) => table.recording(name, isPlanar ? 'planar' : 'wgs84'));
  }

  private keyOf(key: string): Key {
    const known = this.keys.get(key);
    if (known) return known;
    const snake = key.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
    const role = columnRole(key) ?? columnRole(snake);
    const made = { role, ...splitColumnName(key) };
    if (this.keys.size < MAX_KEYS) this.keys.set(key, made);
    return made;
  }

  private deviceNamed(name: string, isPlanar: boolean, line: number): Device {
    const key = name.slice(0, 150) || SOLE_DEVICE;
    const known = this.devices.get(key);
    if (known) return known;
    if (this.devices.size === MAX_DEVICES) {
      throw new FormatError(`More than ${MAX_DEVICES} devices: is the key "device" really one?`, line);
    }
    const device = { table: new OpenFixTable(this.budget), isPlanar };
    this.devices.set(key, device);
    return device;
  }
}
