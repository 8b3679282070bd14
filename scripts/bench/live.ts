import { type LoadResult, runLoad } from '../load/run';
import type { Figure, Row } from './report';
import { withServer } from './server';

const CARS = 300;
const RATE_HZ = 10;
const VIEWERS = 200;
const SECONDS = 30;
const FRAME_BAR_MS = 250;

/** The built server under the load of real channels and streams: nothing lost, and how old a fix is on a board. */
export async function benchLive(folder: string): Promise<Row[]> {
  return withServer(folder, async (url, { cookie = '' }) => {
    const rows: Row[] = [];
    for (const sessions of [6, 1]) {
      const result = await runLoad({
        ...{ url, key: cookie.replace('pitwall_session=', ''), report: () => {} },
        ...{ cars: CARS, rateHz: RATE_HZ, viewers: VIEWERS, seconds: SECONDS, sessions },
      });
      rows.push(rowOf(result));
    }
    return rows;
  });
}

function rowOf(result: LoadResult): Row {
  const {
    sessions,
    frame_ms: frame,
    ack_ms: ack,
    lost,
    frames_missed: missed,
    viewers_dropped: dropped,
  } = result;
  const p99 = frame.p99 ?? Number.POSITIVE_INFINITY;
  const where = sessions === 1 ? 'one session' : `${sessions} sessions`;
  const ms = (name: string, value: number | null): Figure => ({
    name,
    value: value ?? Number.NaN,
    unit: 'ms',
  });
  return {
    work: `live: ${CARS} devices × ${RATE_HZ} Hz in ${where}, ${VIEWERS} viewers, embedded`,
    result: { name: 'fix → frame p99', value: p99, unit: 'ms' },
    baseline: null,
    ratio: null,
    bar: `0 lost, 0 dropped, fix → frame p99 ≤ ${FRAME_BAR_MS} ms`,
    met: lost === 0 && missed === 0 && dropped === 0 && p99 <= FRAME_BAR_MS,
    more: [
      { name: 'lost', value: lost, unit: '' },
      { name: 'sent', value: result.sent, unit: 'fixes' },
      ms('fix → frame p50', frame.p50),
      ms('fix → ack p50', ack.p50),
      ms('p99', ack.p99),
      { name: 'frames missed', value: missed, unit: '' },
      { name: 'dropped', value: dropped, unit: 'viewers' },
    ],
  };
}
