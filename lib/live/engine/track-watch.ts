import type { Db } from '@/lib/db/client';
import { type KnownTrack, knownTrack } from '@/lib/db/known-tracks';
import { enteredAtUs } from '@/lib/db/positions-in-box';
import { type Box, tracksNear } from '@/lib/db/tracks';
import { messageOf } from '@/lib/errors';
import type { CommittedFixes } from '@/lib/live/ingest';
import { LapDetector } from '@/lib/timing/lap-detector';
import type { Fix, TimingEvent } from '@/lib/timing/types';

/** Opens a session on a track for a device that drives there since `fromUs`, or enters it into the open one. */
export type OpenItself = (found: { trackId: number; deviceId: number; fromUs: number }) => Promise<void>;

type Watched = {
  /** Tracks whose bounds the device is in, each with a detector that has seen it since. */
  near: { known: KnownTrack; box: Box; detector: LapDetector }[];
  lookedAtMs: number;
  lookedAt: { x: number; y: number };
  lastMs: number;
  /** Something is being asked of the database for it. */
  busy: boolean;
};

/** Around the box of gates and centreline; without a centreline the gates may lie all on one side. */
const MARGIN_M = { centreline: 200, gates: 1_000 } as const;
const DEGREE_M = 111_000;
/** Where it is looked for tracks anew: after so long, or so far away. */
const LOOK_EVERY_MS = 30_000;
const LOOK_EVERY_DEG = 0.005;
/** After so long without a fix it came anew. */
const AWAY_MS = 600_000;
const BACK_US = 2 * 3600 * 1e6;
const MOST_WATCHED = 10_000;

/**
 * Looks whether devices that are in no session cross the start or leave the pits of a track that is known. Only on
 * the Earth: metres of a plane say nothing of which plane.
 */
export class TrackWatch {
  private readonly watched = new Map<number, Watched>();

  constructor(
    private readonly parts: {
      db: Db;
      now: () => number;
      report: (line: string) => void;
      openItself: OpenItself;
    },
  ) {}

  /** Fixes of a device that is in no open session. */
  see(message: CommittedFixes): void {
    if (message.frame !== 'wgs84' || message.late) return;
    const { deviceId } = message;
    const one = this.watched.get(deviceId) ?? this.begin(deviceId);
    for (const fix of message.fixes) this.seeFix(deviceId, one, fix);
  }

  private begin(deviceId: number): Watched {
    if (this.watched.size >= MOST_WATCHED) this.watched.delete(this.watched.keys().next().value ?? deviceId);
    const made: Watched = {
      near: [],
      lookedAtMs: Number.NEGATIVE_INFINITY,
      lookedAt: { x: 0, y: 0 },
      lastMs: Number.NEGATIVE_INFINITY,
      busy: false,
    };
    this.watched.set(deviceId, made);
    return made;
  }

  private seeFix(deviceId: number, one: Watched, fix: Fix): void {
    if (fix.timeMs - one.lastMs > AWAY_MS) one.near = [];
    one.lastMs = fix.timeMs;
    const nowMs = this.parts.now();
    const movedDeg = Math.max(Math.abs(fix.x - one.lookedAt.x), Math.abs(fix.y - one.lookedAt.y));
    if (!one.busy && (nowMs - one.lookedAtMs > LOOK_EVERY_MS || movedDeg > LOOK_EVERY_DEG)) {
      one.lookedAtMs = nowMs;
      one.lookedAt = { x: fix.x, y: fix.y };
      this.ask(one, () => this.look(one, fix));
    }
    for (const { known, box, detector } of one.near) {
      const crossing = detector.push(fix).find((event) => beginsDriving(known, event));
      if (crossing?.type !== 'crossing' || one.busy) continue;
      const { timeMs } = crossing.crossing;
      this.ask(one, () => this.open(deviceId, known, box, timeMs));
    }
  }

  private ask(one: Watched, job: () => Promise<void>): void {
    one.busy = true;
    job()
      .catch((error: unknown) =>
        this.parts.report(`A device near a track was not looked at: ${messageOf(error)}`),
      )
      .finally(() => {
        one.busy = false;
      });
  }

  /** Which tracks are around; those that were known go on. */
  private async look(one: Watched, { x, y }: Fix): Promise<void> {
    const here = { minX: x, minY: y, maxX: x, maxY: y };
    const farDeg = MARGIN_M.gates / DEGREE_M / Math.max(0.2, Math.cos((y * Math.PI) / 180));
    const rows = await tracksNear(this.parts.db, 'wgs84', here, farDeg);
    one.near = rows.flatMap((row) => {
      const known = knownTrack(row);
      const box = boundsOf(row, known);
      if (x < box.minX || x > box.maxX || y < box.minY || y > box.maxY) return [];
      const before = one.near.find(
        (old) => old.known.id === known.id && old.known.revision === known.revision,
      );
      return before ?? { known, box, detector: new LapDetector(known.track) };
    });
  }

  private async open(deviceId: number, known: KnownTrack, box: Box, crossedMs: number): Promise<void> {
    const crossedUs = Math.round(crossedMs * 1000);
    const fromUs = await enteredAtUs(this.parts.db, deviceId, box, {
      fromUs: crossedUs - BACK_US,
      untilUs: crossedUs,
      awayUs: AWAY_MS * 1000,
    });
    this.watched.delete(deviceId);
    await this.parts.openItself({ trackId: known.id, deviceId, fromUs });
  }
}

function boundsOf(row: Box, { track }: KnownTrack): Box {
  const marginM = track.centreline ? MARGIN_M.centreline : MARGIN_M.gates;
  const y = marginM / DEGREE_M;
  const x = y / Math.max(0.2, Math.cos((row.minY * Math.PI) / 180));
  return { minX: row.minX - x, minY: row.minY - y, maxX: row.maxX + x, maxY: row.maxY + y };
}

/** A crossing of the start, or out of the pit lane. */
function beginsDriving({ track }: KnownTrack, event: TimingEvent): boolean {
  if (event.type !== 'crossing') return false;
  const gate = track.checkpoints.find(({ number }) => number === event.crossing.checkpoint);
  return gate?.type === 'start' || gate?.type === 'pit_exit';
}
