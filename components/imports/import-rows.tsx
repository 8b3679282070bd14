'use client';

import { Check, TriangleAlert } from 'lucide-react';
import Link from 'next/link';
import type { ReactNode } from 'react';
import { formatBytes } from '@/components/format';
import { LocalTime } from '@/components/timing/local-time';
import type { ImportItem } from '@/lib/contracts/imports';
import type { Upload } from './use-uploads';

/** A file on its way up. */
export function UploadRow({ upload }: { upload: Upload }) {
  if (upload.failed) return <Row name={upload.name} state="failed" words={upload.failed} />;
  const words =
    upload.sentBytes === 0
      ? `waiting · ${formatBytes(upload.bytes)}`
      : `sending ${formatBytes(upload.sentBytes)} of ${formatBytes(upload.bytes)}`;
  return <Row name={upload.name} state="open" words={words} progress={upload.sentBytes / upload.bytes} />;
}

const PHASE_WORDS: Record<ImportItem['phase'], string> = {
  queued: 'waiting',
  reading: 'reading',
  detecting: 'detecting laps',
  storing: 'storing',
  done: 'done',
  failed: 'failed',
};

/** A file that the server works on, or how it ended. */
export function ImportRow({ item }: { item: ImportItem }) {
  const state = item.status === 'done' ? 'done' : item.status === 'failed' ? 'failed' : 'open';
  const place = state === 'failed' && item.line !== null ? `line ${item.line}: ` : '';
  const words = item.message ? place + item.message : PHASE_WORDS[item.phase];
  return (
    <Row
      name={item.file}
      state={state}
      words={words}
      {...(state === 'open' ? { progress: item.progress } : { when: item.created_at })}
    >
      {item.session_id !== null && (
        <Link href={`/sessions/${item.session_id}`} className="text-accent hover:underline">
          Open the session
        </Link>
      )}
    </Row>
  );
}

type RowProps = {
  name: string;
  state: 'open' | 'done' | 'failed';
  words: string;
  progress?: number;
  when?: string;
  children?: ReactNode;
};

function Row({ name, state, words, progress, when, children }: RowProps) {
  return (
    <li className="grid min-h-11 grid-cols-[16px_minmax(0,1fr)] items-center gap-x-3 border-b border-line px-3 py-2 text-sm last:border-b-0 sm:grid-cols-[16px_minmax(0,14rem)_minmax(0,1fr)_auto]">
      <StateMark state={state} />
      <span className="truncate font-medium" title={name}>
        {name}
      </span>
      <span className="col-start-2 min-w-0 sm:col-start-auto">
        <span
          role={state === 'failed' ? 'alert' : undefined}
          className={state === 'failed' ? 'text-danger' : 'text-soft'}
        >
          {words}
        </span>
        {progress !== undefined && <Progress value={progress} label={`${name}: ${words}`} />}
      </span>
      <span className="col-start-2 flex gap-3 text-quiet sm:col-start-auto">
        {children}
        {when && <LocalTime instant={when} />}
      </span>
    </li>
  );
}

function StateMark({ state }: { state: RowProps['state'] }) {
  if (state === 'done')
    return <Check size={16} role="img" aria-label="done" className="text-personal-best" />;
  if (state === 'failed')
    return <TriangleAlert size={16} role="img" aria-label="failed" className="text-danger" />;
  return <span aria-hidden className="mx-1 size-2 rounded-full bg-accent" />;
}

function Progress({ value, label }: { value: number; label: string }) {
  const part = Math.min(1, Math.max(0, value));
  return (
    <span
      role="progressbar"
      aria-label={label}
      aria-valuenow={Math.round(part * 100)}
      aria-valuemin={0}
      aria-valuemax={100}
      className="progress-track mt-1 block"
    >
      <span style={{ transform: `scaleX(${part})` }} />
    </span>
  );
}
