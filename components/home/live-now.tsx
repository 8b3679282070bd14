import { LiveSessionsTable } from '@/components/live/live-sessions-table';
import type { LiveSession } from '@/lib/contracts/live';

/** What is live; nothing where nothing is. */
export function LiveNow({ sessions }: { sessions: readonly LiveSession[] }) {
  if (sessions.length === 0) return null;
  return (
    <section className="min-w-0">
      <h2 className="mb-2 text-lg font-semibold">Live now</h2>
      <LiveSessionsTable sessions={sessions} />
    </section>
  );
}
