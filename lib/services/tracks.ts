import { columnOf, type Trace } from '@/lib/analysis/trace';
import { labelOf } from '@/lib/contracts/labels';
import type { TrackDetail, TrackFacts, TrackListItem, TrackShape } from '@/lib/contracts/tracks';
import { loadTrace } from '@/lib/db/trace-blob';
import * as store from '@/lib/db/tracks';
import { notFound } from '@/lib/errors';
import { trackFromFile, writeTrackFile } from '@/lib/formats/track-file';
import { midpoint, planeOfTrack } from '@/lib/timing/plane';
import type { Checkpoint, Point, Track } from '@/lib/timing/types';
import type { ServiceContext } from './context';
import { isoOfUs, roundedOrNull, roundMs } from './instants';
import { type Page, pageOf } from './paging';
import { verb } from './verb';

const OUTLINE_POINTS = 120;
const RECORDS = 100;

function factsOf(row: store.TrackRow): TrackFacts {
  return {
    id: row.id,
    name: row.name,
    location: row.location,
    frame: row.frame,
    revision: row.revision,
    length_m: row.lengthM,
    simulated: row.simulated,
  };
}

/** A track as the API gives it. */
export function trackShapeOf(row: store.TrackRow): TrackShape {
  const track = trackFromFile(row.json);
  return {
    ...factsOf(row),
    checkpoints: track.checkpoints.map((gate) => checkpointOf(gate, track)),
    centreline: track.centreline?.map(({ x, y }) => ({ x, y })) ?? null,
  };
}

function checkpointOf(gate: Checkpoint, track: Track): TrackShape['checkpoints'][number] {
  const plane = planeOfTrack(track);
  const [a, b] = gate.points;
  const [from, to] = [plane.toMetres(a), plane.toMetres(b)];
  return {
    number: gate.number,
    name: gate.name,
    type: gate.type,
    points: [{ ...a }, { ...b }],
    previous: gate.previous ? [...gate.previous] : null,
    direction: gate.direction,
    closes_lap: gate.closesLap,
    length_m: Math.hypot(to.x - from.x, to.y - from.y),
  };
}

export const listTracks = verb('track.list', async (ctx, input: Page) => {
  const page = pageOf(input);
  const rows = await store.listTracks(ctx.db, page.limit, page.offset);
  const found = rows.map((row) => ({ row, track: trackFromFile(row.json) }));
  const bare = found.filter(({ track }) => track.centreline === null).map(({ row }) => row.id);
  const driven = await store.recordTraces(ctx.db, bare);
  const items: TrackListItem[] = found.map(({ row, track }) => {
    const trace = driven.get(row.id);
    return {
      ...factsOf(row),
      checkpoints: track.checkpoints.length,
      sessions: row.sessions,
      complete_laps: row.completeLaps,
      record_ms: roundedOrNull(row.recordMs),
      outline: outlineOf(track, trace ? lineOf(loadTrace(trace)) : null),
    };
  });
  return page.list(items, await store.countTracks(ctx.db));
});

/** Few points that show a track's shape: its centreline, else the record lap, else the middles of its gates. */
function outlineOf(track: Track, driven: readonly Point[] | null): Point[] {
  const line = track.centreline ?? driven ?? track.checkpoints.map(({ points }) => midpoint(...points));
  const step = Math.max(1, Math.ceil(line.length / OUTLINE_POINTS));
  return line.filter((_, index) => index % step === 0).map(({ x, y }) => ({ x, y }));
}

function lineOf(trace: Trace): Point[] {
  const [x, y] = [columnOf(trace, 'x'), columnOf(trace, 'y')];
  return Array.from(x ?? [], (value, index) => ({ x: value, y: y?.[index] ?? 0 }));
}

async function existing(ctx: Pick<ServiceContext, 'db'>, id: number): Promise<store.TrackRow> {
  const row = await store.trackById(ctx.db, id);
  if (!row) throw notFound(`track ${id}`);
  return row;
}

export const getTrack = verb('track.read', async (ctx, id: number): Promise<TrackDetail> => {
  const row = await existing(ctx, id);
  const records = await store.trackRecords(ctx.db, id, RECORDS);
  return {
    ...trackShapeOf(row),
    sessions: await store.countTrackSessions(ctx.db, id),
    records: records.map((record) => ({
      lap_id: Number(record.lap_id),
      device_id: record.device_id,
      session_id: record.session_id,
      session_name: record.session_name,
      label: labelOf(record),
      lap_time_ms: roundMs(record.time_ms),
      uncertainty_ms: roundedOrNull(record.uncertainty_ms),
      started_at: isoOfUs(Number(record.started_us)),
    })),
  };
});

/** The track in force as the text of a track file, with a name to save it under. */
export const getTrackFile = verb(
  'track.read',
  async (ctx, id: number): Promise<{ name: string; text: string }> => {
    const row = await existing(ctx, id);
    const name = row.name.replace(/[^\p{L}\p{N}]+/gu, '-').replace(/^-|-$/g, '') || `track-${id}`;
    return { name: `${name}.json`, text: writeTrackFile(trackFromFile(row.json)) };
  },
);
