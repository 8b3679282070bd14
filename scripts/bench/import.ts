import { join } from 'node:path';
import { getSessionLaps } from '@/lib/services/sessions';
import { keepTrack } from '@/lib/services/track-store';
import { montmelo } from '@/lib/simulator/track';
import { insertAlone } from './embedded';
import { csvOf, simulatedDrive } from './hour';
import { median, timed } from './measure';
import { importSpooled, withProduct } from './product';
import type { Row } from './report';

const BAR = 1.6;
const ROUNDS = 5;
const LAPS = 31;

type Measured = { wholeMs: number; aloneMs: number; fixes: number; bytes: number; longestMs: number };

async function measure(folder: string, channels: boolean): Promise<Measured> {
  return withProduct(folder, async ({ database, runtime }) => {
    await keepTrack(database.db, montmelo(), 'bench', true);
    const [whole, alone]: [number[], number[]] = [[], []];
    let [fixes, bytes, longestMs] = [0, 0, 0];
    for (let round = 0; round <= ROUNDS; round++) {
      const drive = simulatedDrive({ day: round, laps: LAPS, rateHz: 25, channels });
      const { hash, ...file } = await runtime.services.spool.write('hour.csv', csvOf(drive));
      const aloneMs = await timed(() => insertAlone(database, 1_000_000 + round, drive.fixes));
      await database.embedded.stats(true);
      let sessionId = 0;
      const wholeMs = await timed(async () => {
        const spooled = { file: 'hour.csv', hash, bytes: file.bytes, modifiedMs: null };
        sessionId = await importSpooled(runtime, spooled);
      });
      const { items: laps } = await getSessionLaps(runtime.services, { ref: sessionId });
      if (laps.length < LAPS - 1) throw new Error(`The import of an hour gave only ${laps.length} laps.`);
      longestMs = Math.max(longestMs, (await database.embedded.stats(true)).longestTransactionMs);
      [fixes, bytes] = [drive.fixes.count, file.bytes];
      // The first round warms up.
      if (round > 0) {
        whole.push(wholeMs);
        alone.push(aloneMs);
      }
    }
    return { wholeMs: median(whole), aloneMs: median(alone), fixes, bytes, longestMs };
  });
}

/**
 * One hour at 25 Hz from the uploaded file to stored laps and traces (job queue and worker thread included), beside
 * inserting the same fixes alone.
 */
export async function benchImport(folder: string): Promise<Row[]> {
  const rows: Row[] = [];
  for (const channels of [false, true]) {
    const { wholeMs, aloneMs, fixes, bytes, longestMs } = await measure(
      join(folder, String(channels)),
      channels,
    );
    rows.push({
      work: `one hour at 25 Hz, ${channels ? '6 channels' : 'fixes only'}: file to laps and traces, embedded`,
      result: { name: 'import', value: wholeMs, unit: 'ms' },
      baseline: { name: 'inserting the fixes alone', value: aloneMs, unit: 'ms' },
      ratio: wholeMs / aloneMs,
      bar: `≤ ${BAR} ×`,
      met: wholeMs <= BAR * aloneMs,
      more: [
        { name: 'fixes', value: fixes, unit: '' },
        { name: 'file', value: bytes / 1e6, unit: 'MB' },
        { name: 'inserting alone', value: fixes / (aloneMs / 1000), unit: 'fixes/s' },
        { name: 'longest transaction', value: longestMs, unit: 'ms' },
      ],
    });
  }
  return rows;
}
