import type { Track } from '@/lib/timing/types';
import { plainName } from './text';
import type { Recording } from './types';

/** A recording with nothing but its format, for a reader to fill what its file holds. */
export function blankRecording(format: string): Recording {
  return {
    format,
    timeBasis: 'utc',
    devices: [],
    track: null,
    recordedLaps: [],
    rejected: {},
    notes: [],
    title: null,
    driver: null,
    vehicle: null,
  };
}

/** Text of a file's head, or null when it is blank. */
export function orNull(text: string | undefined): string | null {
  const plain = text?.trim() ?? '';
  return plain === '' ? null : plain;
}

/** The same recording with names that can be stored and shown; those that become equal get a number. */
export function withPlainNames(recording: Recording): Recording {
  const nameDevice = distinctNames();
  return {
    ...recording,
    devices: recording.devices.map((one) => {
      const nameChannel = distinctNames();
      return {
        ...one,
        device: nameDevice(one.device),
        channels: one.channels.map((channel) => ({
          ...channel,
          name: nameChannel(channel.name),
          unit: plainName(channel.unit),
        })),
      };
    }),
    track: recording.track && plainTrack(recording.track),
    title: recording.title && plainName(recording.title),
    driver: recording.driver && plainName(recording.driver),
    vehicle: recording.vehicle && plainName(recording.vehicle),
  };
}

function distinctNames(): (name: string) => string {
  const used = new Set<string>();
  return (name) => {
    const plain = plainName(name);
    let free = plain;
    for (let copy = 2; used.has(free); copy++) free = `${plain} ${copy}`;
    used.add(free);
    return free;
  };
}

function plainTrack(track: Track): Track {
  const checkpoints = track.checkpoints.map((gate) => ({ ...gate, name: plainName(gate.name) }));
  return { ...track, name: plainName(track.name), location: plainName(track.location), checkpoints };
}
