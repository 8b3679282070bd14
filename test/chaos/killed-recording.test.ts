import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type OpenDatabase, openDatabase } from '@/lib/db/client';
import { trackToFile } from '@/lib/formats/track-file';
import { detectLaps } from '@/lib/timing/detect-laps';
import { learnDirections, withDirections } from '@/lib/timing/learn-directions';
import { fixAt } from '@/lib/timing/normalise';
import { testDatabases } from '../support/database';
import { recordedSet } from '../support/recorded-sets';
import { recordings } from '../support/recordings';
import { until } from '../support/until';
import { type LiveServer, startLiveServer, type TestPerson } from './live-server';
import { ask, sentFixOf } from './race-run';

const [database] = await testDatabases();
const ROWS = 400;

describe.runIf(recordings() !== null)('a recorded drive that is sent live', () => {
  let open: OpenDatabase;
  let server: LiveServer;
  let person: TestPerson;

  const start = () => startLiveServer({ databaseUrl: database?.url ?? '', kind: 'embedded' });
  beforeAll(async () => {
    open = openDatabase(database?.url ?? '');
    server = await start();
    person = await server.person(5);
  });
  afterAll(async () => {
    await server?.stop();
    await open?.close();
  });

  it('has the laps of the whole recording although the server is killed three times', async () => {
    const { track: bare, fixes } = recordedSet('okc-nmea-2laps');
    const track = withDirections(bare, learnDirections(bare, fixes));
    const made = await ask(server, person, 'POST', '/api/v1/tracks', trackToFile(track));
    const send = (from: number) => {
      const rows = Array.from({ length: Math.min(ROWS, fixes.count - from) }, (_, row) =>
        sentFixOf(fixAt(fixes, from + row)),
      );
      return ask(server, person, 'POST', '/api/v1/positions?device=recorded', { fixes: rows }).catch(
        () => null,
      );
    };
    expect((await send(0))?.status).toBe(200);
    const [device] = await open.sql<{ id: number }[]>`select id from devices where external_id = 'recorded'`;
    const opened = await ask(server, person, 'POST', '/api/v1/live', {
      name: 'recorded',
      track_id: made.body.id,
      from: new Date(Math.floor(fixes.timeMs[0] ?? 0)).toISOString(),
      entries: [{ device_id: device?.id }],
    });
    const lapsOf = async () => {
      const rows = await open.sql<{ lap: string }[]>`
        select number || ' ' || class || ' ' || started_us || ' ' || round((time_ms * 1000)::numeric) as lap from laps
        where session_id = ${Number(opened.body.session_id)} order by started_us`;
      return rows.map(({ lap }) => lap);
    };
    const kills = new Set([1, 2, 3].map((part) => Math.floor((part * fixes.count) / 4 / ROWS)));
    expect(kills.size).toBe(3);
    for (let at = 1; at * ROWS < fixes.count; at++) {
      // While this portion is on its way: whether it was stored is not known, so it is sent again.
      const sending = send(at * ROWS);
      if (kills.has(at)) {
        await server.kill();
        server = await start();
      }
      if ((await sending)?.status !== 200)
        await until('it is taken', async () => (await send(at * ROWS))?.status === 200);
    }
    const whole = detectLaps(track, fixes).laps.map(
      (lap) =>
        `${lap.number} ${lap.class} ${Math.round(lap.startMs * 1000)} ${Math.round(lap.timeMs * 1000)}`,
    );
    expect(whole.length).toBeGreaterThan(2);
    await until('the laps are there', async () => (await lapsOf()).length >= whole.length - 1);
    expect(await lapsOf()).toEqual(whole.slice(0, -1));
    await ask(server, person, 'POST', `/api/v1/live/${Number(opened.body.session_id)}/close`);
    await until('the last lap is there too', async () => (await lapsOf()).length === whole.length);
    expect(await lapsOf()).toEqual(whole);
    const [row] = await open.sql<{ rows: number }[]>`
      select count(*)::int as rows from positions where device_id = ${device?.id ?? 0}`;
    expect(row?.rows).toBe(fixes.count);
  }, 60_000);
});
