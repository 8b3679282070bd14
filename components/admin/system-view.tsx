import { formatBytes, formatCount, formatPlural } from '@/components/format';
import { countedWords } from '@/components/reasons';
import { LocalTime } from '@/components/timing/local-time';
import { type Head, Heads } from '@/components/ui/heads';
import { Section } from '@/components/ui/section';
import { TableFrame } from '@/components/ui/table-frame';
import type { JobItem, PartHealth, SystemDetail } from '@/lib/contracts/system';
import { formatStretch } from './stretch';

/** How the server does: its parts first, then what it runs on. */
export function SystemView({ system }: { system: SystemDetail }) {
  return (
    <div className="flex flex-col gap-8">
      <Parts parts={system.parts} />
      <div className="grid gap-8 lg:grid-cols-2">
        <Section title="This server">
          <Facts rows={factRows(system)} />
        </Section>
        <Section title="Settings">
          <Facts
            rows={system.settings.map(({ name, is_set, value }) => [
              name,
              value ?? (is_set ? 'set, not shown' : 'not set'),
            ])}
            isCode
          />
        </Section>
      </div>
      <Section title="Live, since the start of this process">
        <Facts rows={liveRows(system.live)} />
      </Section>
      <Section title="Latest jobs">
        <Jobs jobs={system.latest_jobs} counts={system.jobs} />
      </Section>
    </div>
  );
}

const STATES = {
  ok: { look: 'rounded-full bg-personal-best', words: 'well' },
  off: { look: 'rounded-full border border-edge', words: 'off' },
  failing: { look: 'bg-danger', words: 'failing' },
};

function Parts({ parts }: { parts: PartHealth[] }) {
  return (
    <ul
      aria-label="Parts"
      className="grid grid-cols-[repeat(auto-fill,minmax(min(100%,16rem),1fr))] gap-2 text-sm"
    >
      {parts.map(({ name, state, words }) => (
        <li key={name} className="flex gap-2 rounded-md border border-line p-3">
          <span aria-hidden className={`mt-1.5 size-2 shrink-0 ${STATES[state].look}`} />
          <span className="min-w-0">
            <span className="font-semibold">{name}</span>{' '}
            <span className={state === 'failing' ? 'text-danger' : 'text-soft'}>{STATES[state].words}</span>
            <span className="block break-words text-soft">{words}</span>
          </span>
        </li>
      ))}
    </ul>
  );
}

function factRows(system: SystemDetail): [name: string, value: string][] {
  const { versions, memory, disk, uploads } = system;
  return [
    ['Pitwall', versions.pitwall],
    ['Node', versions.node],
    ['Next', versions.next],
    ['PostgreSQL', versions.postgresql ?? 'not known'],
    ['Up for', formatStretch(system.uptime_s)],
    [
      'Memory',
      `${formatBytes(memory.process_bytes)} of ${formatBytes(memory.system_total_bytes)} in this machine`,
    ],
    ['Data folder', disk?.folder ?? 'not known'],
    ['Disk', disk ? `${formatBytes(disk.free_bytes)} free of ${formatBytes(disk.total_bytes)}` : 'not known'],
    ['Database', formatBytes(system.database_bytes)],
    [
      'Uploads',
      uploads ? `${formatPlural(uploads.files, 'file')}, ${formatBytes(uploads.bytes)}` : 'not known',
    ],
  ];
}

function liveRows({ sessions, ingest, streams }: SystemDetail['live']): [name: string, value: string][] {
  return [
    ['Sessions timed here', formatCount(sessions)],
    ['Fixes stored', `${formatCount(ingest.stored)} in ${formatPlural(ingest.commits, 'transaction')}`],
    ['Sent again', formatCount(ingest.duplicates)],
    ['Fixes refused', countedWords(ingest.refused) || 'none'],
    ['Waiting to be stored', formatCount(ingest.waiting)],
    ['Requests told to come again', formatCount(ingest.turned_away)],
    ['Open streams', formatCount(streams.open)],
    ['Streams ended', countedWords(streams.ended) || 'none'],
  ];
}

function Facts({ rows, isCode = false }: { rows: [name: string, value: string][]; isCode?: boolean }) {
  return (
    <dl className="rounded-md border border-line text-sm">
      {rows.map(([name, value]) => (
        <div
          key={name}
          className="flex justify-between gap-4 border-b border-line px-3 py-1.5 last:border-b-0"
        >
          <dt className={`text-soft ${isCode ? 'font-mono text-xs leading-5' : ''}`}>{name}</dt>
          <dd className="min-w-0 text-right break-words">{value}</dd>
        </div>
      ))}
    </dl>
  );
}

const HEADS: readonly Head[] = ['Job', 'Status', { number: 'Attempts' }, 'Asked for', 'Over', 'Fault'];

function Jobs({ jobs, counts }: { jobs: JobItem[]; counts: SystemDetail['jobs'] }) {
  const words = Object.entries(counts)
    .map(([status, count]) => `${formatCount(count)} ${status}`)
    .join(', ');
  if (jobs.length === 0) return <p className="text-sm text-soft">No job has run yet.</p>;
  return (
    <>
      <p className="text-sm text-soft">{words}</p>
      <TableFrame label="Latest jobs">
        <table className="data-table">
          <Heads of={HEADS} />
          <tbody>
            {jobs.map((job) => (
              <tr key={job.id}>
                <td>{job.job}</td>
                <td className={job.status === 'failed' ? 'text-danger' : ''}>{job.status}</td>
                <td className="number">{formatCount(job.attempt + 1)}</td>
                <td>
                  <LocalTime instant={job.created_at} />
                </td>
                <td>{job.finished_at ? <LocalTime instant={job.finished_at} /> : '–'}</td>
                <td className="text-soft">
                  <span className="inline-block max-w-96 truncate align-bottom" title={job.error ?? ''}>
                    {job.error ?? ''}
                  </span>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </TableFrame>
    </>
  );
}
