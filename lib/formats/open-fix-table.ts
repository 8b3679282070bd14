import type { Frame } from '@/lib/timing/types';
import { CHANNELS, type ChannelName, createFixTable, deviceRecording, fixFault } from './fix-table';
import type { ValueBudget } from './growable-columns';
import type { DeviceRecording } from './types';

const MAX_CHANNELS = 1000;

/** A fix table whose channels are found while its rows come: fill a row, then push it. */
export class OpenFixTable {
  private readonly table;
  private readonly channels: ChannelName[] = [];
  private readonly slots = new Map<string, number>();
  private row = new Float64Array(CHANNELS).fill(Number.NaN);

  constructor(budget: ValueBudget) {
    this.table = createFixTable(0, budget);
  }

  get count(): number {
    return this.table.count;
  }

  /** Begins a row in which nothing is known. */
  clear(): void {
    this.row.fill(Number.NaN);
  }

  /** Sets a field of the fix (a slot below CHANNELS). */
  set(slot: number, value: number): void {
    this.row[slot] = value;
  }

  /** Sets a channel, which its name makes; beyond 1,000 channels of one file new ones are left out. */
  setChannel(name: string, unit: string, value: number): void {
    let slot = this.slots.get(name);
    if (slot === undefined) {
      if (this.channels.length === MAX_CHANNELS) return;
      slot = this.table.addColumn();
      this.channels.push({ name, unit });
      this.slots.set(name, slot);
      const wider = new Float64Array(slot + 1).fill(Number.NaN);
      wider.set(this.row);
      this.row = wider;
    }
    this.row[slot] = value;
  }

  /** Adds the row when it is a fix; else gives why it is none. */
  push(): string | null {
    const fault = fixFault(this.row);
    if (!fault) this.table.push(this.row);
    return fault;
  }

  /** The recording; `names` overrules what the channels were called when they were set. */
  recording(device: string, frame: Frame, names: readonly ChannelName[] = this.channels): DeviceRecording {
    return deviceRecording(device, frame, this.table, names);
  }
}
