'use client';

import { useRouter } from 'next/navigation';
import { useEffect, useMemo, useRef, useState } from 'react';
import { Input, Label, TextField } from 'react-aria-components/TextField';
import { Select } from '@/components/ui/select';
import type { ImportItem } from '@/lib/contracts/imports';
import { DropTarget } from './drop-target';
import { ImportRow, UploadRow } from './import-rows';
import { useImportStream } from './use-import-stream';
import { useUploads } from './use-uploads';

type ImportPanelProps = {
  imports: ImportItem[];
  tracks: { id: number; name: string }[];
  /** Shows finished imports of earlier visits too. */
  withPast: boolean;
};

/** Drop files, watch them become sessions. */
export function ImportPanel({ imports, tracks, withPast }: ImportPanelProps) {
  const [trackId, setTrackId] = useState<number | null>(null);
  const [sessionName, setSessionName] = useState('');
  const { uploads, add } = useUploads();
  const { rows, open, cut } = useImports(
    imports,
    withPast,
    uploads.map((upload) => upload.importId),
  );
  const known = new Set(rows.map((row) => row.id));
  const underway = uploads.filter((upload) => upload.importId === null || !known.has(upload.importId));
  useRefreshWhenDone(rows);
  return (
    <div className="flex flex-col gap-4">
      <DropTarget onFiles={(files) => add(files, { trackId, sessionName })} />
      <div className="flex flex-wrap items-center gap-x-6 gap-y-2">
        <Select
          label="Track"
          withLabel
          value={String(trackId ?? '')}
          options={[
            { value: '', words: 'Find it by itself' },
            ...tracks.map((track) => ({ value: String(track.id), words: track.name })),
          ]}
          onChange={(value) => setTrackId(value === '' ? null : Number(value))}
        />
        <TextField
          value={sessionName}
          onChange={setSessionName}
          maxLength={150}
          className="flex items-center gap-2 text-sm"
        >
          <Label className="text-soft">Session name</Label>
          <Input
            placeholder="from the file"
            className="target h-8 w-56 rounded-md border border-edge bg-page px-2 placeholder:text-quiet"
          />
        </TextField>
      </div>
      {cut && open && (
        <p role="status" className="text-sm text-danger">
          The server does not report at the moment; asking again. Files that are up are safe.
        </p>
      )}
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
