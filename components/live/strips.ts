import type { StripData, StripLine, StripSource } from '@/components/charts/strip-chart';
import { SPEED_UNIT, speedIn, type Units } from '@/components/format';
import type { StripSpan } from '@/components/hooks/use-live-view';
import { ALTITUDE, DELTA, SPEED, type StripRecorder } from './strip-recorder';

/** One strip: a channel, or the two pedals together. */
export type Strip = {
  key: string;
  label: string;
  unit: string;
  channels: readonly string[];
  lines: readonly StripLine[];
  heightPx: number;
  scale(value: number): number;
  format(value: number): string;
};

const PEDALS = ['throttle', 'brake'];
const USUAL = [SPEED, ...PEDALS, DELTA];

/** Channels that can be chosen: what the car sends, and the delta; the usual ones first. */
export function choosableChannels(sent: readonly string[], withDelta: boolean): string[] {
  const all = [SPEED, ...sent, ...(withDelta ? [DELTA] : [])];
  const rank = (name: string) => (USUAL.includes(name) ? USUAL.indexOf(name) : USUAL.length);
  return [...new Set(all)].sort((a, b) => rank(a) - rank(b) || a.localeCompare(b));
}

/** `chosen` null = the usual ones of those that there are. */
export function chosenChannels(chosen: readonly string[] | null, choosable: readonly string[]): string[] {
  return choosable.filter((name) => (chosen ?? USUAL).includes(name));
}

const NAMES: Readonly<Record<string, string>> = {
  [SPEED]: 'Speed',
  [DELTA]: 'Delta to its best lap',
  [ALTITUDE]: 'Altitude',
  throttle: 'Throttle',
  brake: 'Brake',
  g_lat: 'G, lateral',
  g_long: 'G, longitudinal',
};

export const channelWords = (name: string): string => NAMES[name] ?? name.replaceAll('_', ' ');

export function stripsOf(channels: readonly string[], units: Units): Strip[] {
  const pedals = PEDALS.filter((name) => channels.includes(name));
  const first = pedals[0];
  return channels.flatMap((name) => {
    if (pedals.length === 2 && PEDALS.includes(name))
      return name === first ? [strip('pedals', pedals, units)] : [];
    return [strip(name, [name], units)];
  });
}

const plain = (value: number) => value;

function strip(key: string, channels: readonly string[], units: Units): Strip {
  const label = channels.map(channelWords).join(', ');
  const lines = channels.map((name, place) => ({
    name: channelWords(name),
    token: name === SPEED || name === DELTA ? 'text' : place === 0 ? 'lap-3' : 'lap-5',
    isDashed: place > 0,
  }));
  const base = { key, label, channels, lines, unit: '', heightPx: 76, scale: plain, format: shortNumber };
  if (key === SPEED)
    return {
      ...base,
      unit: SPEED_UNIT[units],
      heightPx: 120,
      scale: (value) => speedIn(units, value),
      format: (value) => value.toFixed(0),
    };
  if (key === DELTA)
    return {
      ...base,
      unit: 's',
      scale: (value) => value / 1000,
      format: (value) => `${value < 0 ? '−' : '+'}${Math.abs(value).toFixed(3)}`,
    };
  return key === ALTITUDE ? { ...base, unit: 'm', format: (value) => value.toFixed(0) } : base;
}

function shortNumber(value: number): string {
  return Math.abs(value) >= 100 || Number.isInteger(value) ? value.toFixed(0) : value.toFixed(2);
}

const SPAN_MS = 60_000;

/** The window of a span: instants, and the one that counts as second 0. null = there is no such lap yet. */
export function spanWindow(
  recorder: StripRecorder,
  span: StripSpan,
): { fromMs: number; toMs: number; zeroMs: number } | null {
  const newestMs = recorder.newestMs();
  if (newestMs === null) return null;
  const { startMs, lastStartMs } = recorder.lap();
  if (span === '60s') return { fromMs: newestMs - SPAN_MS, toMs: newestMs, zeroMs: newestMs };
  if (span === 'lap')
    return startMs === null
      ? null
      : { fromMs: startMs, toMs: Math.max(newestMs, startMs + 1000), zeroMs: startMs };
  return startMs === null || lastStartMs === null
    ? null
    : { fromMs: lastStartMs, toMs: startMs, zeroMs: lastStartMs };
}

/** A strip's lines out of the recorder. */
export function stripSource(
  recorder: StripRecorder,
  { channels, scale }: Strip,
  span: StripSpan,
): StripSource {
  return {
    subscribe: recorder.subscribe,
    read(): StripData {
      const window = spanWindow(recorder, span);
      if (!window) return { x: [], ys: channels.map(() => []), fromS: 0, toS: 60 };
      const { timesMs, values } = recorder.between(window.fromMs, window.toMs, channels);
      const seconds = (ms: number) => (ms - window.zeroMs) / 1000;
      return {
        x: timesMs.map(seconds),
        ys: values.map((line) => line.map((value) => (value === null ? null : scale(value)))),
        fromS: seconds(window.fromMs),
        toS: seconds(window.toMs),
      };
    },
  };
}
