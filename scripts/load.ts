import { parseArgs } from 'node:util';
import { env } from '@/lib/env';
import { messageOf } from '@/lib/errors';
import { type LoadResult, runLoad } from './load/run';
import { serverUrl } from './replay/server-api';

const USAGE = `Puts a running server under load and counts every fix. Use it on a server of your own only.

  npm run load -- [--cars N] [--hz H] [--viewers V] [--minutes M] [--sessions S] [--url URL] [--key KEY] [--json]

  --cars      devices that send, default 50          --hz        fixes a second of each, default 10
  --viewers   streams that watch, default 20         --minutes   default 1, at most 60
  --sessions  the cars are spread over, default 1    --url       default http://127.0.0.1:3000
  --key       a key with the scope admin of an account of level 2, for it adds a track; else PITWALL_KEY
Each viewer is a request of that key: more than 1,000 need a server with RATE_LIMIT_PER_MINUTE=0.
It leaves its sessions, devices and one track (Load test oval) behind: delete the sessions and the track afterwards.`;

const LIMITS = {
  cars: [50, 1, 2_000],
  hz: [10, 0.1, 50],
  viewers: [20, 0, 5_000],
  minutes: [1, 0.05, 60],
  sessions: [1, 1, 100],
} as const;

function number(name: keyof typeof LIMITS, text: string | undefined): number {
  const [preset, least, most] = LIMITS[name];
  const value = text === undefined || text.trim() === '' ? preset : Number(text);
  if (value >= least && value <= most) return value;
  throw new Error(`--${name} must be a number from ${least} to ${most}, not ${text}.`);
}

function asText(result: LoadResult): string {
  const n = (value: number | null) =>
    value === null ? '–' : value.toLocaleString('en', { maximumFractionDigits: 1 });
  const spread = ({ p50, p99, max }: LoadResult['ack_ms']) =>
    `p50 ${n(p50)}, p99 ${n(p99)}, most ${n(max)} ms`;
  const refused = Object.entries(result.refused).map(([reason, count]) => `${n(count)} ${reason}`);
  return [
    `${result.cars} cars at ${result.rate_hz} Hz in ${result.sessions} sessions, ${result.viewers} viewers, ${n(result.seconds)} s`,
    `sent        ${n(result.sent)} fixes`,
    `stored      ${n(result.stored)} by the answers, ${n(result.found)} read back, ${n(result.duplicates)} duplicates`,
    `lost        ${n(result.lost)}${result.failed > 0 ? `, ${n(result.failed)} refused as a whole` : ''}`,
    ...(refused.length > 0 ? [`refused     ${refused.join(', ')}`] : []),
    `fix → ack   ${spread(result.ack_ms)}`,
    `fix → frame ${spread(result.frame_ms)}`,
    `frames      ${n(result.frames)} to all viewers, ${n(result.frames_missed)} missed, ${n(result.mb_to_viewers)} MB`,
    `shown       ${n(result.shown * 100)} % of the fixes, of several in a tick the newest`,
    `cut         ${n(result.viewers_dropped)} viewers dropped, ${n(result.reconnects)} channels connected again`,
  ].join('\n');
}

async function main(): Promise<void> {
  const text = { type: 'string' } as const;
  const flag = { type: 'boolean' } as const;
  const { values } = parseArgs({
    options: {
      ...{ cars: text, hz: text, viewers: text, minutes: text, sessions: text, url: text, key: text },
      ...{ json: flag, help: { ...flag, short: 'h' } },
    },
  });
  if (values.help) {
    process.stdout.write(`${USAGE}\n`);
    return;
  }
  const key = values.key ?? env().PITWALL_KEY;
  if (!key)
    throw new Error(
      'A key is needed: make one under Account → API keys and give it by --key or PITWALL_KEY.',
    );
  const url = serverUrl(values.url);
  const result = await runLoad({
    ...{ url, key, cars: Math.round(number('cars', values.cars)), rateHz: number('hz', values.hz) },
    viewers: Math.round(number('viewers', values.viewers)),
    seconds: number('minutes', values.minutes) * 60,
    sessions: Math.round(number('sessions', values.sessions)),
    report: (line) => process.stderr.write(`${line} …\n`),
  });
  process.stdout.write(`${values.json ? JSON.stringify(result, null, 2) : asText(result)}\n`);
  if (result.lost > 0) process.exitCode = 1;
}

main().catch((error: unknown) => {
  process.stderr.write(`${messageOf(error).split('\n')[0]}\n`);
  process.exitCode = 1;
});
