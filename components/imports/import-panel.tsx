'use client';

import { useRouter } from 'next/navigation';
import { useEffect, useMemo, useRef, useState } from 'react';
import type { ImportItem } from '@/lib/contracts/imports';
import { DropTarget } from './drop-target';
import { ImportOptions } from './import-options';
import { ImportRow, UploadRow } from './import-rows';
import { useImportStream } from './use-import-stream';
import { type DropOptions, useUploads } from './use-uploads';

type ImportPanelProps = {
  imports: ImportItem[];
  tracks: { id: number; name: string }[];
  /** Shows finished imports of earlier visits too. */
  withPast: boolean;
  /** A low target without options, where importing is not what the page is for. */
  compact?: boolean;
};

/** Drop files, watch them become sessions. */
export function ImportPanel({ imports, tracks, withPast, compact = false }: ImportPanelProps) {
  const [options, setOptions] = useState<DropOptions>({ trackId: null, sessionName: '' });
  // The shape stays as the page came: it must not jump when the first import ends.
  const [isCompact] = useState(compact);
  const { uploads, add } = useUploads();
  const ownIds = uploads.map((upload) => upload.importId);
  const { rows, open, cut } = useImports(imports, withPast, ownIds);
  const known = new Set(rows.map((row) => row.id));
  const underway = uploads.filter((upload) => upload.importId === null || !known.has(upload.importId));
  useRefreshWhenDone(rows);
  return (
    <div className="flex flex-col gap-4">
      <DropTarget compact={isCompact} onFiles={(files) => add(files, options)} />
      {!isCompact && <ImportOptions tracks={tracks} options={options} onChange={setOptions} />}
      {(underway.length > 0 || rows.length > 0) && (
        <ul className="rounded-md border border-line" aria-label="Imports">
          {[...underway].reverse().map((upload) => (
            <UploadRow key={upload.key} upload={upload} />
          ))}
          {rows.map((item) => (
            <ImportRow key={item.id} item={item} />
          ))}
        </ul>
      )}
      {cut && open && (
        <p role="status" className="text-sm text-danger">
          The server does not report at the moment; asking again. Files that are up are safe.
        </p>
      )}
    </div>
  );
}

/** The imports that came with the page, overlaid by what the stream says; newest first. */
function useImports(initial: ImportItem[], withPast: boolean, ownIds: (number | null)[]) {
  const [ids, setIds] = useState<ReadonlySet<number>>(new Set());
  const own = ownIds.filter((id) => id !== null);
  const news = own.filter((id) => !ids.has(id));
  if (news.length > 0) setIds(new Set([...ids, ...news]));
  const [open, setOpen] = useState(initial.some(isOpen));
  const { items, cut } = useImportStream(open);
  const rows = useMemo(() => {
    const all = new Map(initial.map((item) => [item.id, item]));
    for (const [id, item] of items) all.set(id, item);
    return [...all.values()]
      .filter((item) => withPast || ids.has(item.id) || isOpen(item))
      .sort((a, b) => b.id - a.id);
  }, [initial, items, ids, withPast]);
  const wanted = rows.some(isOpen) || own.some((id) => !rows.some((row) => row.id === id));
  useEffect(() => setOpen(wanted), [wanted]);
  return { rows, open, cut };
}

function isOpen(item: ImportItem): boolean {
  return item.status === 'queued' || item.status === 'running';
}

/** When an import ends, everything else on the page is read again. */
function useRefreshWhenDone(rows: ImportItem[]): void {
  const router = useRouter();
  const open = rows.filter(isOpen).length;
  const before = useRef(open);
  useEffect(() => {
    if (open < before.current) router.refresh();
    before.current = open;
  }, [open, router]);
}
