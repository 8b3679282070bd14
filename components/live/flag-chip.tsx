import type { BoardSession, MarkKind, SessionStatus } from '@/lib/contracts/live';
import { statusWords } from './board-words';

type SessionKind = BoardSession['kind'];

const LOOKS: Record<SessionStatus, string> = {
  waiting: 'border-edge text-soft',
  green: 'flag-green',
  yellow: 'flag-yellow',
  safety_car: 'flag-yellow',
  red: 'flag-red',
  chequered: 'border-text',
};

/** What race control shows, always in words; without a flag only a race has something to wait for. */
export function FlagChip({ status, kind }: { status: SessionStatus; kind?: SessionKind }) {
  if (status === 'waiting' && kind !== 'race') return null;
  return (
    <span
      className={`inline-flex items-center gap-1.5 rounded-md border px-2 text-sm font-semibold uppercase ${LOOKS[status]}`}
    >
      {status === 'chequered' && <span aria-hidden className="chequers" />}
      {statusWords(status)}
    </span>
  );
}

/** The same for a message; a note is no flag. */
export function MarkChip({ kind }: { kind: MarkKind }) {
  if (kind !== 'note') return <FlagChip status={kind} />;
  return <span className="rounded-md border border-edge px-2 text-sm text-soft">Note</span>;
}
