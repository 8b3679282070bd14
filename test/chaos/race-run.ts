import type { BoardRow } from '@/lib/contracts/live';
import type { Sql } from '@/lib/db/client';
import { trackToFile } from '@/lib/formats/track-file';
import { rowsOf } from '@/lib/live/frames';
import { type SimulatedRace, simulateRace } from '@/lib/simulator/race';
import { montmelo } from '@/lib/simulator/track';
import { detectLaps } from '@/lib/timing/detect-laps';
import { pathOfTrack } from '@/lib/timing/live/lap-path';
import { boardOf } from '@/lib/timing/live/live-board';
import { LiveEntry } from '@/lib/timing/live/live-entry';
import { fixAt } from '@/lib/timing/normalise';
import { until } from '../support/until';
import type { LiveServer, TestPerson } from './live-server';

const ROWS_PER_REQUEST = 40;

/** Five seconds where nothing else runs; the machine that runs all tests at once gets three times as long. */
export const RECOVERS_WITHIN_MS = 15_000;

/** A race that is sent to whichever server is up, and what must come of it. */
export type RaceRun = {
  sessionId: number;
  race: SimulatedRace;
  /** Part of the fixes that are acknowledged. */
  part(): number;
  /** Answers that were no acknowledgement, by status; 0 = no answer. */
  refusals: Map<number, number>;
  /** From now on everything goes to this server. */
  moveTo(server: LiveServer): void;
  /** Sends everything to its end. */
  send(): Promise<void>;
  /** The ids of the stored laps, by device and start. */
  lapIds(): Promise<Map<string, number>>;
  /** Waits until the stored laps are those of the whole fixes; throws what differs. */
  requireLaps(withOpen?: boolean): Promise<void>;
  requireFixes(): Promise<void>;
  /** What the board must say in the end, in its order. */
  finalRows(): ReturnType<typeof rowOf>[];
};

/** Of a board's row what the fixes alone decide. */
export const rowOf = ({ number, position, laps, last, best, gap, interval, pit_stops, stint }: BoardRow) => ({
  number,
  position,
  laps,
  last,
  best,
  gap,
  interval,
  pit_stops,
  stint,
});

export async function ask(
  server: LiveServer,
  person: TestPerson,
  method: string,
  path: string,
  body?: unknown,
): Promise<{ status: number; body: Record<string, unknown> }> {
  const answer = await fetch(`${server.url}${path}`, {
    method,
    headers: { ...person.headers, 'content-type': 'application/json' },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  const text = await answer.text();
  return { status: answer.status, body: text.startsWith('{') ? JSON.parse(text) : {} };
}

const iso = (ms: number): string => new Date(ms).toISOString();

/** Opens a race of simulated cars of three hours ago; nothing is sent yet but each one's first fix. */
export async function openRace(
  sql: Sql,
  server: LiveServer,
  person: TestPerson,
  given: { seed: string; laps: number; rateHz: number },
): Promise<RaceRun> {
  const race = simulateRace(given.seed, {
    startMs: Date.now() - 3 * 3600_000,
    laps: given.laps,
    rateHz: given.rateHz,
  });
  let to = server;
  const track = await ask(server, person, 'POST', '/api/v1/tracks', trackToFile(montmelo()));
  const fromMs = Math.floor(Math.min(...race.entries.map(({ fixes }) => fixes.timeMs[0] ?? 0)));
  const refusals = new Map<number, number>();
  const total = race.entries.reduce((sum, { fixes }) => sum + fixes.count, 0);
  let acknowledged = 0;
  const nameOf = (number: string) => `${given.seed} ${number}`;

  const post = async (at: number, fromRow: number, untilRow: number): Promise<boolean> => {
    const entry = race.entries[at];
    if (!entry) return true;
    const fixes = Array.from({ length: untilRow - fromRow }, (_, row) =>
      sentFixOf(fixAt(entry.fixes, fromRow + row)),
    );
    const answer = await ask(
      to,
      person,
      'POST',
      `/api/v1/positions?device=${encodeURIComponent(nameOf(entry.number))}`,
      { fixes },
    ).catch(() => null);
    if (answer?.status !== 200) {
      refusals.set(answer?.status ?? 0, (refusals.get(answer?.status ?? 0) ?? 0) + 1);
      return false;
    }
    const { stored, duplicates } = answer.body;
    if (Number(stored) + Number(duplicates) !== fixes.length)
      throw new Error(`Not all was taken: ${JSON.stringify(answer.body)}`);
    return true;
  };
  const sendRows = async (at: number, fromRow: number, untilRow: number): Promise<void> => {
    await until(`the fixes of car ${at} are taken`, () => post(at, fromRow, untilRow), 60_000);
    acknowledged += untilRow - fromRow;
  };

  for (const at of race.entries.keys()) await sendRows(at, 0, 1);
  const devices = await sql<{ id: number; external_id: string }[]>`
    select id, external_id from devices where external_id = any(${race.entries.map(({ number }) => nameOf(number))})`;
  const deviceOf = (number: string) => devices.find((one) => one.external_id === nameOf(number))?.id ?? 0;
  const opened = await ask(server, person, 'POST', '/api/v1/live', {
    name: given.seed,
    kind: 'race',
    track_id: Number(track.body.id),
    from: iso(fromMs),
    entries: race.entries.map(({ number }) => ({ device_id: deviceOf(number), number })),
  });
  const sessionId = Number(opened.body.session_id);
  if (!sessionId) throw new Error(`The session was not opened: ${JSON.stringify(opened)}`);
  const greenMs = Math.floor(race.greenMs);
  const chequeredMs = Math.floor(race.chequeredMs);
  for (const [kind, at] of [
    ['green', greenMs],
    ['chequered', chequeredMs],
  ] as const)
    await ask(server, person, 'POST', `/api/v1/live/${sessionId}/marks`, { kind, at: iso(at) });

  const batchOf = (number: string) => {
    const entry = race.entries.find((one) => one.number === number);
    return entry ? detectLaps(montmelo(), entry.fixes, { raceStartMs: greenMs }).laps : [];
  };
  const lapRows = () => sql<
    {
      id: string;
      device_id: number;
      number: number;
      class: string;
      started_us: string;
      ended_us: string;
      time_ms: number;
    }[]
  >`
    select id, device_id, number, class, started_us, ended_us, time_ms from laps
    where session_id = ${sessionId} order by device_id, started_us`;
  return {
    sessionId,
    race,
    refusals,
    part: () => acknowledged / total,
    moveTo: (server) => {
      to = server;
    },
    async send() {
      const next = race.entries.map(() => 1);
      // All cars side by side, as they drive.
      for (
        let untilMs = fromMs;
        next.some((row, at) => row < (race.entries[at]?.fixes.count ?? 0));
        untilMs += (ROWS_PER_REQUEST / given.rateHz) * 1000
      )
        await Promise.all(
          race.entries.map(async ({ fixes }, at) => {
            const from = next[at] ?? 0;
            let row = from;
            while (row < fixes.count && (fixes.timeMs[row] ?? 0) < untilMs) row++;
            next[at] = row;
            if (row > from) await sendRows(at, from, row);
          }),
        );
    },
    async lapIds() {
      return new Map((await lapRows()).map((row) => [`${row.device_id} ${row.started_us}`, Number(row.id)]));
    },
    async requireLaps(withOpen = false) {
      const expected = race.entries
        .flatMap(({ number }) =>
          batchOf(number)
            .slice(0, withOpen ? undefined : -1)
            .map((lap) =>
              [
                deviceOf(number),
                lap.number,
                lap.class,
                Math.round(lap.startMs * 1000),
                Math.round(lap.timeMs * 1000),
              ].join(' '),
            ),
        )
        .sort();
      let found: string[] = [];
      const isThere = async () => {
        const rows = await lapRows().catch(() => []);
        found = rows
          .map((row) =>
            [row.device_id, row.number, row.class, row.started_us, Math.round(row.time_ms * 1000)].join(' '),
          )
          .sort();
        return found.join() === expected.join();
      };
      await until('the laps are those of the whole', isThere, 30_000).catch(() => {
        const missing = expected.filter((lap) => !found.includes(lap));
        throw new Error(
          `Missing: ${missing.join(', ')}; instead: ${found.filter((lap) => !expected.includes(lap)).join(', ')}`,
        );
      });
    },
    async requireFixes() {
      for (const { number, fixes } of race.entries) {
        const [row] = await sql<
          { rows: number }[]
        >`select count(*)::int as rows from positions where device_id = ${deviceOf(number)}`;
        if (row?.rows !== fixes.count)
          throw new Error(`Car ${number}: ${row?.rows} of ${fixes.count} fixes are stored.`);
      }
    },
    finalRows() {
      const track = montmelo();
      const lines = race.entries.map((entry) => {
        const live = new LiveEntry({ track, raceStartMs: greenMs, path: pathOfTrack(track) });
        for (let row = 0; row < entry.fixes.count; row++) live.push(fixAt(entry.fixes, row));
        const { number } = entry;
        const nobody = { driver: null, car: null, car_class: null, label: '', corrected: 0 };
        return { info: { entry_id: 0, device_id: 0, number, ...nobody }, view: live.view };
      });
      return rowsOf(boardOf({ order: 'race', greenMs, chequeredMs }, lines, Date.now())).map(rowOf);
    },
  };
}

export function sentFixOf({
  timeMs,
  x,
  y,
  speedMps,
  courseDeg,
  altitudeM,
  accuracyM,
}: ReturnType<typeof fixAt>) {
  const known = (value: number) => (Number.isNaN(value) ? null : value);
  return {
    time_ms: timeMs,
    lat: y,
    lon: x,
    speed_mps: known(speedMps),
    course_deg: known(courseDeg),
    altitude_m: known(altitudeM),
    accuracy_m: known(accuracyM),
  };
}
