import type { LapItem } from '@/lib/contracts/laps';
import type { SessionDetail } from '@/lib/contracts/sessions';
import { secondsOf } from './seconds';

/** What Telemetron calls the classes of laps. */
const CLASS_NAMES: Record<LapItem['class'], string> = {
  complete: 'Complete',
  invalid: 'Invalid',
  outlap: 'Outlap',
  inlap: 'Inlap',
  pitstop: 'Pitstop',
};

/** A session as Telemetron gives it: with its laps in driving order, their times in seconds, speeds in m/s. */
export function telemetronSession({ session, laps }: { session: SessionDetail; laps: readonly LapItem[] }) {
  const [only, ...others] = session.entries;
  const best = bestSectors(laps);
  return {
    id: session.id,
    sessionName: session.name,
    trackId: session.track?.id ?? null,
    /** Telemetron has one device to a session. */
    deviceId: only && others.length === 0 ? only.device_id : null,
    from: session.started_at,
    to: session.ended_at,
    laps: laps.map((lap) => ({
      id: lap.id,
      deviceId: lap.device_id,
      number: lap.number,
      class: CLASS_NAMES[lap.class],
      reason: lap.reason,
      start: lap.started_at,
      lapTimeS: secondsOf(lap.lap_time_ms),
      sectors: lap.sectors.map(({ number, time_ms }) => ({
        number,
        timeS: time_ms === null ? null : secondsOf(time_ms),
        deltaS: deltaS(time_ms, best.get(number)),
      })),
      topSpeedMps: lap.top_speed_mps,
      minSpeedMps: lap.min_speed_mps,
    })),
  };
}

/** The best time of each sector, of the complete laps without estimated crossings. */
function bestSectors(laps: readonly LapItem[]): Map<number, number> {
  const best = new Map<number, number>();
  for (const lap of laps) {
    if (lap.class !== 'complete' || lap.estimated) continue;
    for (const { number, time_ms } of lap.sectors)
      if (time_ms !== null && time_ms < (best.get(number) ?? Number.POSITIVE_INFINITY))
        best.set(number, time_ms);
  }
  return best;
}

function deltaS(timeMs: number | null, bestMs: number | undefined): number | null {
  return timeMs === null || bestMs === undefined ? null : secondsOf(timeMs - bestMs);
}
