import { basename } from 'node:path';
import { parseArgs } from 'node:util';
import { env } from '@/lib/env';
import { messageOf } from '@/lib/errors';
import { aligned, type Car, cut, durationMsOf, type ReadFile, readCars } from './replay/cars';
import { chooseTrack } from './replay/choose-track';
import { FeedLink } from './replay/feed-link';
import { play } from './replay/play';
import { progressLine, progressView } from './replay/progress';
import { askServer, serverUrl } from './replay/server-api';

const USAGE = `Replays recordings as a live session of a running server.

  npm run replay -- FILE... [--speed N|max] [--url URL] [--key KEY] [--track TRACK.json | --track-id N]
                    [--session NAME] [--kind practice|qualifying|race] [--from S] [--to S] [--loop]

  --speed     times as fast as driven, default 1; max = as fast as the server takes it
  --url       the server, default http://127.0.0.1:3000
  --key       a key with the scopes ingest and read; else PITWALL_KEY. Make one under Account → API keys.
              To add a track that the server does not know also admin, of an account of level 2
  --track     the gates to time with; else a track that the server knows, else the file's own gates
  --from --to seconds of the recording to begin and end at
  --loop      begins anew at the end, as a new session, until it is stopped
Several files are several cars: by their own clocks when these overlap, else started together.`;

const KINDS = ['practice', 'qualifying', 'race'] as const;

type Settings = {
  files: string[];
  speed: number;
  url: string;
  key: string;
  track: string | undefined;
  trackId: number | undefined;
  session: string | undefined;
  kind: (typeof KINDS)[number];
  fromS: number;
  toS: number;
  loop: boolean;
};

function settingsOf(args: string[]): Settings | null {
  const text = { type: 'string' } as const;
  const flag = { type: 'boolean' } as const;
  const options = {
    ...{ speed: text, url: text, key: text, track: text, 'track-id': text, session: text, kind: text },
    ...{ from: text, to: text, loop: flag, help: { ...flag, short: 'h' } },
  };
  const { values, positionals: files } = parseArgs({ args, options, allowPositionals: true });
  if (values.help || files.length === 0) return null;
  const key = values.key ?? env().PITWALL_KEY;
  if (!key)
    throw new Error(
      'A key is needed: make one under Account → API keys (scopes ingest and read) and give it by --key or PITWALL_KEY.',
    );
  const url = serverUrl(values.url);
  const kind = KINDS.find((one) => one === (values.kind ?? 'practice'));
  if (!kind) throw new Error(`--kind must be one of ${KINDS.join(', ')}, not ${values.kind}.`);
  const speed =
    values.speed === 'max' ? Number.POSITIVE_INFINITY : number('--speed', values.speed, 1, 0.01, 1_000);
  const trackId = values['track-id'] && number('--track-id', values['track-id'], 0, 1, 2 ** 31 - 1);
  const fromS = number('--from', values.from, 0, 0, 1e9);
  const toS = number('--to', values.to, Number.POSITIVE_INFINITY, 0, Number.POSITIVE_INFINITY);
  if (toS <= fromS) throw new Error('--to must lie after --from.');
  const { track, session, loop = false } = values;
  return { files, speed, url, key, track, trackId: trackId || undefined, session, kind, fromS, toS, loop };
}

function number(name: string, text: string | undefined, preset: number, least: number, most: number): number {
  if (text === undefined) return preset;
  const value = Number(text);
  if (text.trim() !== '' && value >= least && value <= most) return value;
  throw new Error(`${name} must be a number from ${least} to ${most}, not ${text}.`);
}

async function readAll(files: readonly string[]): Promise<ReadFile[]> {
  const read: ReadFile[] = [];
  for (const file of files) {
    try {
      read.push(await readCars(file));
    } catch (error) {
      const isMissing = error instanceof Error && 'code' in error && error.code === 'ENOENT';
      throw new Error(`${file}: ${isMissing ? 'there is no such file.' : messageOf(error)}`);
    }
  }
  return read;
}

const HOW = {
  'own clock': 'The files share a clock: every car drives when it drove.',
  'started together': 'The files share no clock: all cars start together.',
};

async function run(settings: Settings, signal: AbortSignal): Promise<void> {
  const { url, key, speed, fromS, toS } = settings;
  const files = await readAll(settings.files);
  const { cars: all, how } = aligned(files);
  const cars: Car[] = fromS > 0 || Number.isFinite(toS) ? cut(all, fromS, toS) : all;
  if (cars.length === 0)
    throw new Error(`There is no fix between --from and --to: it lasts ${durationMsOf(all) / 1000} s.`);
  const view = progressView(process.stderr);
  if (how) view.say(HOW[how]);
  const { words, ...track } = await chooseTrack(askServer(url, key), settings, files, cars);
  view.say(`Track: ${words}.`);
  const name = (
    settings.session ?? `Replay of ${settings.files.map((file) => basename(file)).join(', ')}`
  ).slice(0, 150);
  const hello = { type: 'hello', feed: 'replay', name: name.slice(0, 100) } as const;
  const link = new FeedLink({ url, key, hello, report: view.say });
  try {
    do {
      const session = { name, kind: settings.kind, ...track };
      const counts = await play(link, { cars, speed, session, signal, onProgress: view.show });
      view.say(`${progressLine(counts)}.`);
      view.say(`Session: ${new URL(`/sessions/${counts.sessionId}`, url)}`);
    } while (settings.loop && !signal.aborted);
  } finally {
    link.close();
  }
}

async function main(): Promise<void> {
  const settings = settingsOf(process.argv.slice(2));
  if (!settings) {
    process.stdout.write(`${USAGE}\n`);
    process.exitCode = process.argv.includes('--help') || process.argv.includes('-h') ? 0 : 1;
    return;
  }
  const stop = new AbortController();
  // The first one ends the session in order; a second one ends the program as ever.
  const interrupted = () => stop.abort();
  process.once('SIGINT', interrupted).once('SIGTERM', interrupted);
  await run(settings, stop.signal);
}

main().catch((error: unknown) => {
  process.stderr.write(`${messageOf(error).split('\n')[0]}\n`);
  process.exitCode = 1;
});
