import Link from 'next/link';
import {
  formatCount,
  formatLapTime,
  formatPlural,
  formatRate,
  formatSpread,
  formatUncertainty,
} from '@/components/format';
import { KIND_WORDS } from '@/components/live/board-words';
import { countRejected, rejectedWords } from '@/components/reasons';
import { LiveChip } from '@/components/ui/live-chip';
import { SimulatedChip } from '@/components/ui/simulated-chip';
import type { SessionDetail, SessionEntry } from '@/lib/contracts/sessions';
import { LocalTime } from './local-time';
import { SessionActions, type SessionRights } from './session-actions';
import { SessionOwner } from './session-owner';

/** What a session is, and the answer to its question: the best time and what stands behind it. */
export function SessionHeader({ session, may }: { session: SessionDetail; may: SessionRights }) {
  return (
    <header className="mb-4 flex flex-col gap-3">
      <div className="grid items-start gap-x-6 gap-y-3 sm:grid-cols-[minmax(0,1fr)_auto]">
        <div>
          <h1 className="flex flex-wrap items-center gap-2 text-xl font-semibold break-words">
            {session.name}
            {session.simulated && <SimulatedChip />}
            {session.live && <LiveChip sessionId={session.id} />}
          </h1>
          <p className="text-sm text-soft">
            {KIND_WORDS[session.kind]} · <TrackName session={session} /> ·{' '}
            <LocalTime instant={session.started_at} />
            <SessionOwner owner={session.owner} />
          </p>
        </div>
        <div className="max-sm:order-last">
          <SessionActions session={session} may={may} />
        </div>
        <Facts session={session} />
      </div>
      <Refused session={session} />
      <Notes notes={session.notes} />
    </header>
  );
}

function Facts({ session }: { session: SessionDetail }) {
  const best = bestEntry(session);
  return (
    <dl className="flex flex-wrap items-end gap-x-8 gap-y-2 sm:col-span-2">
      <div>
        <dt className="text-xs text-soft">
          Best{session.entries.length > 1 && best ? ` · ${best.label}` : ''}
        </dt>
        <dd className="text-2xl font-semibold">
          {formatLapTime(best?.best_ms)}
          {best?.best_ms != null && (
            <span className="ml-2 text-sm font-normal text-quiet">
              {formatUncertainty(best.best_uncertainty_ms)}
            </span>
          )}
        </dd>
      </div>
      <Fact name="Theoretical: best sectors" value={formatLapTime(best?.optimum_ms)} />
      <Fact name="Consistency" value={formatSpread(best?.consistency_ms)} />
      <Fact name="Laps" value={lapsWords(session)} />
      {/* Counted when it is over. */}
      {!session.live && <Fact name="Fixes" value={fixesWords(session)} />}
    </dl>
  );
}

function Fact({ name, value }: { name: string; value: string }) {
  return (
    <div>
      <dt className="text-xs text-soft">{name}</dt>
      <dd className="text-lg">{value}</dd>
    </div>
  );
}

function TrackName({ session }: { session: SessionDetail }) {
  if (!session.track) return 'no track';
  return (
    <Link href={`/tracks/${session.track.id}`} className="text-accent underline">
      {session.track.name}
    </Link>
  );
}

function Refused({ session }: { session: SessionDetail }) {
  const rejected: Record<string, number> = {};
  for (const entry of session.entries) {
    for (const [reason, count] of Object.entries(entry.rejected))
      rejected[reason] = (rejected[reason] ?? 0) + count;
  }
  const count = countRejected(rejected);
  if (count === 0) return null;
  return (
    <p className="text-sm text-soft">
      {formatPlural(count, 'row')} refused: {rejectedWords(rejected)}
    </p>
  );
}

function Notes({ notes }: { notes: string[] }) {
  if (notes.length === 0) return null;
  return (
    <ul className="list-inside list-disc text-sm text-soft">
      {notes.map((note) => (
        <li key={note}>{note}</li>
      ))}
    </ul>
  );
}

function bestEntry(session: SessionDetail): SessionEntry | undefined {
  const timed = session.entries.filter((entry) => entry.best_ms !== null);
  return timed.sort((a, b) => (a.best_ms ?? 0) - (b.best_ms ?? 0))[0] ?? session.entries[0];
}

function lapsWords(session: SessionDetail): string {
  const laps = session.entries.reduce((sum, entry) => sum + entry.laps, 0);
  const complete = session.entries.reduce((sum, entry) => sum + entry.complete_laps, 0);
  return `${formatCount(laps)} (${formatCount(complete)} complete)`;
}

/** `31,527 at 25 Hz`; a range when the entries differ. */
function fixesWords(session: SessionDetail): string {
  const fixes = session.entries.reduce((sum, entry) => sum + entry.fixes, 0);
  const rates = session.entries.flatMap((entry) => entry.rate_hz ?? []).sort((a, b) => a - b);
  const [low, high] = [formatRate(rates[0]), formatRate(rates.at(-1))];
  if (rates.length === 0) return formatCount(fixes);
  return `${formatCount(fixes)} at ${low === high ? low : `${low} to ${high}`}`;
}
