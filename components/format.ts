import { lapTimeText } from '@/lib/timing/words';

/** Numbers for people. Every function answers `–` for a value that is not known, never NaN or 0. */

export const MISSING = '–';
const MINUS = '−';

export type Units = 'kmh' | 'mph';
export const SPEED_UNIT: Record<Units, string> = { kmh: 'km/h', mph: 'mph' };
const PER_MPS: Record<Units, number> = { kmh: 3.6, mph: 3600 / 1609.344 };

type Maybe = number | null | undefined;

function known(value: Maybe): value is number {
  return typeof value === 'number' && Number.isFinite(value);
}

/** Milliseconds as `1:23.456`, `0:55.604`, `1:02:03.456`. */
export function formatLapTime(timeMs: Maybe): string {
  return known(timeMs) ? lapTimeText(timeMs) : MISSING;
}

/** Milliseconds as `23.904`; from one minute on like a lap time. */
export function formatSectorTime(timeMs: Maybe): string {
  if (!known(timeMs)) return MISSING;
  return Math.round(Math.abs(timeMs)) >= 60_000
    ? formatLapTime(timeMs)
    : (Math.round(timeMs) / 1000).toFixed(3);
}

/** Milliseconds as `+0.123`, `−0.112`, `+1:02.345`. */
export function formatGap(gapMs: Maybe): string {
  if (!known(gapMs)) return MISSING;
  const sign = Math.round(gapMs) < 0 ? MINUS : '+';
  return sign + formatSectorTime(Math.abs(gapMs));
}

/** How far a time is behind another, in whole milliseconds of both, so that it fits the times as they are written. */
export function gapMs(timeMs: number, toMs: number): number {
  return Math.round(timeMs) - Math.round(toMs);
}

/** One sigma in milliseconds as `±0.004`; from ten seconds on without decimals. */
export function formatUncertainty(uncertaintyMs: Maybe): string {
  if (!known(uncertaintyMs)) return MISSING;
  return `±${(uncertaintyMs / 1000).toFixed(uncertaintyMs >= 10_000 ? 0 : 3)}`;
}

/** Milliseconds as `0.41 s`. */
export function formatSpread(timeMs: Maybe): string {
  return known(timeMs) ? `${(timeMs / 1000).toFixed(2)} s` : MISSING;
}

/** m/s as a number in the chosen unit, to draw. */
export function speedIn(units: Units, speedMps: number): number {
  return speedMps * PER_MPS[units];
}

/** m/s as `98.1` in the chosen unit. */
export function formatSpeed(speedMps: Maybe, units: Units): string {
  return known(speedMps) ? speedIn(units, speedMps).toFixed(1) : MISSING;
}

/** Metres as `4.66 km` or `850 m`. */
export function formatDistance(distanceM: Maybe): string {
  if (!known(distanceM)) return MISSING;
  return distanceM >= 1000 ? `${(distanceM / 1000).toFixed(2)} km` : `${Math.round(distanceM)} m`;
}

/** `31,527`. */
export function formatCount(count: Maybe): string {
  return known(count) ? Math.round(count).toLocaleString('en-GB') : MISSING;
}

/** `1 lap`, `12 laps`; give the plural where it is not made with s. */
export function formatPlural(count: number, one: string, many = `${one}s`): string {
  return `${formatCount(count)} ${count === 1 ? one : many}`;
}

const KIB = 1024;
const MIB = KIB * KIB;
const GIB = KIB * MIB;

/** `4.1 MB`, with 1 MB = 1024 × 1024 bytes as the server counts them. */
export function formatBytes(bytes: Maybe): string {
  if (!known(bytes)) return MISSING;
  if (bytes < KIB) return `${Math.round(bytes)} B`;
  if (bytes < 0.95 * MIB) return `${Math.round(bytes / KIB)} kB`;
  if (bytes >= 999.5 * MIB) return `${(bytes / GIB).toFixed(bytes < 99.95 * GIB ? 1 : 0)} GB`;
  return `${(bytes / MIB).toFixed(bytes < 99.95 * MIB ? 1 : 0)} MB`;
}

/** `25 Hz`, `0.5 Hz`. */
export function formatRate(rateHz: Maybe): string {
  if (!known(rateHz)) return MISSING;
  return `${rateHz >= 9.95 ? Math.round(rateHz) : Number(rateHz.toFixed(1))} Hz`;
}

/** An instant without the reader's zone, the same on server and browser: `2026-03-14 09:41 UTC`. */
export function formatInstantUtc(iso: string): string {
  return `${iso.slice(0, 10)} ${iso.slice(11, 16)} UTC`;
}
