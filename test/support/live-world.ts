import { randomUUID } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SYSTEM } from '@/lib/auth/actor';
import { type Db, inTransaction, type OpenDatabase, openDatabase } from '@/lib/db/client';
import { type LapRow, sessionLaps } from '@/lib/db/laps';
import { closeLiveWindow } from '@/lib/db/live-clock';
import { closeLiveRow, openLiveRow } from '@/lib/db/live-sessions';
import { insertSession } from '@/lib/db/sessions';
import type { Bus } from '@/lib/live/bus';
import { CONTROL_TOPIC } from '@/lib/live/control';
import { type EngineHost, startEngines } from '@/lib/live/engine/engine-host';
import type { IncomingFix, Ingest, IngestDevice } from '@/lib/live/ingest';
import { openIngest } from '@/lib/live/ingest-writer';
import { memoryBus } from '@/lib/live/memory-bus';
import type { WorkerContext } from '@/lib/services/context';
import type { openByItself } from '@/lib/services/live-by-itself';
import { keepTrack } from '@/lib/services/track-store';
import { openSpool } from '@/lib/spool';
import { fixAt } from '@/lib/timing/normalise';
import type { Fix, FixColumns, Frame, Lap, Track } from '@/lib/timing/types';

/** The way in and the engines on a test's database, without pages and accounts. */
export type LiveWorld = {
  open: OpenDatabase;
  db: Db;
  bus: Bus;
  ingest: Ingest;
  engines: EngineHost;
  /** What tasks of the worker thread work with. */
  worker: WorkerContext;
  /** As much of the services' context as opening sessions needs. */
  services: Parameters<typeof openByItself>[0];
  /** What was reported. */
  lines: string[];
  openItself: { trackId: number; deviceId: number; fromUs: number }[];
  makeDevice(frame: Frame, late?: IngestDevice['late']): Promise<IngestDevice>;
  keepTrack(track: Track): Promise<number>;
  openSession(given: OpenGiven): Promise<number>;
  closeSession(id: number): Promise<void>;
  /** Waits until everything that was taken is timed and written. */
  settled(sessionId: number): Promise<void>;
  laps(sessionId: number, deviceId: number): Promise<Lap[]>;
  /** Another process' engines on the same database and bus; this one's are gone, as after a crash. */
  restart(alone?: boolean): Promise<void>;
  close(): Promise<void>;
};

export type OpenGiven = {
  trackId: number | null;
  devices: readonly number[];
  fromMs?: number;
  kind?: 'practice' | 'race';
  greenMs?: number;
  delayS?: number;
};

const us = (timeMs: number): number => Math.round(timeMs * 1000);

export async function liveWorld(url: string, bus: Bus = memoryBus()): Promise<LiveWorld> {
  const open = openDatabase(url);
  const { db } = open;
  const lines: string[] = [];
  const report = (line: string) => void lines.push(line);
  const ingest = openIngest({ sql: open.sql, bus, report, fixesPerSecond: 0 });
  const openItself: LiveWorld['openItself'] = [];
  const begin = (alone: boolean) =>
    startEngines({
      db,
      bus,
      holder: randomUUID(),
      report,
      now: Date.now,
      alone,
      openItself: async (found) => void openItself.push(found),
      closeSilent: async () => {},
    });
  const world: LiveWorld = {
    open,
    db,
    bus,
    ingest,
    worker: { db, sql: open.sql, spool: openSpool(join(tmpdir(), 'none')), lastStored: new Map() },
    services: { db, bus, caller: SYSTEM },
    engines: await begin(true),
    lines,
    openItself,
    async makeDevice(frame, late = 'backfill') {
      const name = randomUUID();
      const [row] = await open.sql<{ id: number }[]>`
        insert into devices (source, external_id, name, frame) values ('api', ${name}, ${name}, ${frame})
        returning id`;
      return { id: row?.id ?? 0, frame, late, wallClock: false };
    },
    keepTrack: async (track) => (await keepTrack(db, track, 'test', false)).id,
    async openSession({ trackId, devices, fromMs = 0, kind = 'practice', greenMs, delayS = 0 }) {
      const window = { fromUs: us(fromMs), toUs: us(fromMs) + 1, timeBasis: 'utc' as const };
      const facts = { name: 'live', trackId, kind, ownerId: null, notes: [] };
      const greenUs = greenMs === undefined ? null : us(greenMs);
      const entries = devices.map((deviceId) => ({ deviceId }));
      const id = await inTransaction(db, async (tx) => {
        const made = await insertSession(tx, { ...facts, ...window, greenUs }, entries);
        const live = { openedBy: 'hand', delayS, lapsTarget: null, durationTargetMs: null } as const;
        await openLiveRow(tx, made, live);
        return made;
      });
      bus.publish(CONTROL_TOPIC, { sessionId: id });
      return id;
    },
    async closeSession(id) {
      await inTransaction(db, async (tx) => {
        await closeLiveRow(tx, id);
        await closeLiveWindow(tx, id);
      });
      bus.publish(CONTROL_TOPIC, { sessionId: id });
    },
    async settled(sessionId) {
      await ingest.drain();
      await world.engines.settled(sessionId);
    },
    laps: async (sessionId, deviceId) =>
      (await sessionLaps(db, sessionId)).filter((row) => row.device_id === deviceId).map(lapOf),
    async restart(alone = true) {
      world.engines.abandon();
      world.engines = await begin(alone);
    },
    async close() {
      await world.engines.stop();
      await ingest.drain();
      await open.close();
    },
  };
  return world;
}

const lapOf = (row: LapRow): Lap => ({
  number: row.number,
  class: row.class,
  reason: row.reason,
  startMs: Number(row.started_us) / 1000,
  endMs: Number(row.ended_us) / 1000,
  timeMs: row.time_ms,
  estimated: row.estimated,
  uncertaintyMs: row.uncertainty_ms,
  sectors: row.sectors.map(({ number, time_ms }) => ({ number, timeMs: time_ms })),
  distanceM: Math.fround(row.distance_m),
});

/** As it is stored: instants in whole microseconds, distance as float4. */
export const asStored = (lap: Lap): Lap => ({
  ...lap,
  startMs: us(lap.startMs) / 1000,
  endMs: us(lap.endMs) / 1000,
  distanceM: Math.fround(lap.distanceM),
});

/** The rows [from, to) of a recording as they come in live. */
export function incoming(fixes: FixColumns, from = 0, to = fixes.count): IncomingFix[] {
  return Array.from({ length: to - from }, (_, row) => incomingFix(fixAt(fixes, from + row)));
}

export const incomingFix = (fix: Fix): IncomingFix => ({ ...fix, attributes: null });
