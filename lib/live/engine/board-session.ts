import type { BoardSession, Mark, SessionStatus } from '@/lib/contracts/live';
import type { KnownTrack } from '@/lib/db/known-tracks';
import type { LiveRow, MarkRow } from '@/lib/db/live-sessions';
import type { SessionRow } from '@/lib/db/sessions';

/** What is stored of a live session beside its entries. */
export type SessionFacts = {
  session: SessionRow;
  live: LiveRow;
  track: KnownTrack | null;
  marks: readonly MarkRow[];
};

const ms = (timeUs: number): number => timeUs / 1000;

export const markOf = ({ id, atUs, kind, text, entryId }: MarkRow): Mark => ({
  id,
  at_ms: ms(atUs),
  kind,
  text,
  entry_id: entryId,
});

/** The instant of the first chequered flag, ms; null = not yet shown. */
export function chequeredMs(marks: readonly MarkRow[]): number | null {
  const flag = marks.find(({ kind }) => kind === 'chequered');
  return flag ? ms(flag.atUs) : null;
}

function statusOf(marks: readonly MarkRow[]): SessionStatus {
  const flag = marks.findLast(({ kind }) => kind !== 'note');
  return flag && flag.kind !== 'note' ? flag.kind : 'waiting';
}

/** The head of the board, without what its rows know better. */
export function boardSessionOf({ session, live, track, marks }: SessionFacts): BoardSession {
  return {
    session_id: session.id,
    name: session.name,
    kind: session.kind,
    track: track && { id: track.id, name: track.track.name, revision: track.revision },
    status: statusOf(marks),
    order: session.kind === 'race' ? 'race' : 'practice',
    started_at_ms: ms(session.fromUs),
    green_at_ms: session.greenUs === null ? null : ms(session.greenUs),
    chequered_at_ms: chequeredMs(marks),
    laps_target: live.lapsTarget,
    duration_target_ms: live.durationTargetMs,
    leader_laps: 0,
    best: null,
    best_sectors_ms: [],
    simulated: session.simulated,
    closed: !session.live,
  };
}
