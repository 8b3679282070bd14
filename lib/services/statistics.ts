import { labelOf } from '@/lib/contracts/labels';
import type {
  BestLap,
  BestLapFilter,
  CircuitItem,
  CircuitStatistics,
  DriverStatistics,
  StatisticsFilter,
  VehicleItem,
} from '@/lib/contracts/statistics';
import * as store from '@/lib/db/statistics';
import * as tracks from '@/lib/db/tracks';
import { notFound } from '@/lib/errors';
import { isoOfUs, roundedOrNull, roundMs } from './instants';
import { type Page, pageOf } from './paging';
import { verb } from './verb';

/** The fastest laps of all sessions. */
export const listBestLaps = verb('lap.list', async (ctx, input: Page & BestLapFilter) => {
  const page = pageOf(input);
  const { rows, total } = await store.bestLaps(ctx.db, input, page.limit, page.offset);
  return page.list(rows.map(bestLapOf), total);
});

function bestLapOf(row: store.BestLapRow): BestLap {
  const { car_number: number, driver, device_name } = row;
  return {
    lap_id: Number(row.lap_id),
    session_id: row.session_id,
    session_name: row.session_name,
    simulated: row.simulated,
    device_id: row.device_id,
    number: row.number,
    class: row.class,
    lap_time_ms: roundMs(row.time_ms),
    uncertainty_ms: roundedOrNull(row.uncertainty_ms),
    estimated: row.estimated,
    started_at: isoOfUs(Number(row.started_us)),
    sectors: row.sectors.map((sector) => ({ ...sector, time_ms: roundedOrNull(sector.time_ms) })),
    label: labelOf({ number, driver, device_name }),
    driver,
    vehicle: row.vehicle,
    circuit: circuitOf(row),
  };
}

const circuitOf = ({
  track_id: id,
  track_name: name,
}: {
  track_id: number | null;
  track_name: string | null;
}) => (id === null ? null : { id, name: name ?? '' });

const figuresOf = (row: store.FiguresRow & { sessions: number }) => ({
  sessions_count: row.sessions,
  laps_count: row.laps,
  best_lap_ms: roundedOrNull(row.best_ms),
  best_lap_id: row.best_id === null ? null : Number(row.best_id),
  average_lap_ms: roundedOrNull(row.average_ms),
});

/** What a driver of exactly this name did. Throws an AppError `not_found`. */
export const getDriverStatistics = verb(
  'lap.list',
  async (ctx, { name, ...filter }: StatisticsFilter & { name: string }): Promise<DriverStatistics> => {
    const rows = await store.driverRows(ctx.db, name, filter);
    if (rows.length === 0) throw notFound(`driver ${name}`);
    return {
      driver: name,
      ...figuresOf(together(rows)),
      distance_m: Math.round((await store.drivenM(ctx.db, name)) * 1000) / 1000,
      circuits: rows.map((row) => ({ circuit: circuitOf(row), ...figuresOf(row) })),
    };
  },
);

function together(rows: readonly store.DriverRow[]): store.FiguresRow & { sessions: number } {
  const sum = (value: (row: store.DriverRow) => number) => rows.reduce((total, row) => total + value(row), 0);
  const laps = sum((row) => row.laps);
  const [best] = rows
    .filter((row) => row.best_ms !== null)
    .sort((a, b) => (a.best_ms ?? 0) - (b.best_ms ?? 0));
  return {
    sessions: sum((row) => row.sessions),
    laps,
    best_ms: best?.best_ms ?? null,
    best_id: best?.best_id ?? null,
    average_ms: laps === 0 ? null : sum((row) => (row.average_ms ?? 0) * row.laps) / laps,
  };
}

/** What was driven on the tracks of exactly this name. Throws an AppError `not_found`. */
export const getCircuitStatistics = verb(
  'lap.list',
  async (ctx, { name, ...filter }: StatisticsFilter & { name: string }): Promise<CircuitStatistics> => {
    const ids = await store.tracksNamed(ctx.db, name);
    if (ids.length === 0) throw notFound(`circuit ${name}`);
    const figures = figuresOf(await store.tracksFigures(ctx.db, ids, filter));
    const best = figures.best_lap_id === null ? null : await store.driverOfLap(ctx.db, figures.best_lap_id);
    return {
      circuit: name,
      track_ids: ids,
      ...figures,
      best_lap_driver: best?.driver ?? null,
      best_lap_label: best ? labelOf(best) : null,
    };
  },
);

/** Circuits by name. */
export const listCircuits = verb('track.list', async (ctx, input: Page) => {
  const page = pageOf(input);
  const rows = await tracks.listTracks(ctx.db, page.limit, page.offset);
  const items = rows.map(
    ({ id, name, location, lengthM }): CircuitItem => ({ id, name, location, length_m: lengthM }),
  );
  return page.list(items, await tracks.countTracks(ctx.db));
});

/** Cars by name, as the sessions' entries name them. */
export const listVehicles = verb('session.list', async (ctx, input: Page) => {
  const page = pageOf(input);
  const { rows, total } = await store.vehicles(ctx.db, page.limit, page.offset);
  const items = rows.map(
    ({ name, car_class, sessions }): VehicleItem => ({ name, car_class, sessions_count: sessions }),
  );
  return page.list(items, total);
});
