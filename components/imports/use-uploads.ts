'use client';

import { useCallback, useRef, useState } from 'react';
import { formatBytes } from '@/components/format';
import { MOST_BYTES, newBatch, uploadFile } from './upload';

/** A file on its way to the server; gone from here once the server reports its import. */
export type Upload = {
  key: string;
  name: string;
  bytes: number;
  sentBytes: number;
  importId: number | null;
  failed: string | null;
};

export type DropOptions = { trackId: number | null; sessionName: string };

/** Uploads of this page, one after the other: in a drop the track files first, since recordings may need them. */
export function useUploads() {
  const [uploads, setUploads] = useState<Upload[]>([]);
  const last = useRef<Promise<void>>(Promise.resolve());

  const add = useCallback((files: readonly File[], options: DropOptions) => {
    const batch = newBatch();
    const change = (key: string, news: Partial<Upload>) =>
      setUploads((all) => all.map((upload) => (upload.key === key ? { ...upload, ...news } : upload)));
    [...files].sort(tracksFirst).forEach((file, place) => {
      const key = `${batch}-${place}`;
      const failed = refusal(file);
      const fresh = { key, name: file.name, bytes: file.size, sentBytes: 0, importId: null, failed };
      setUploads((all) => [...all, fresh]);
      if (failed) return;
      last.current = last.current
        .then(() => uploadFile(file, { batch, ...options }, (sentBytes) => change(key, { sentBytes })))
        .then(
          (importId) => change(key, { sentBytes: file.size, importId }),
          (error: Error) => change(key, { failed: error.message }),
        );
    });
  }, []);
  return { uploads, add };
}

/** Track files are JSON; other JSON may go first too, it does no harm. */
function tracksFirst(a: File, b: File): number {
  const rank = (file: File) => (/\.json$/i.test(file.name) ? 0 : 1);
  return rank(a) - rank(b);
}

function refusal(file: File): string | null {
  if (file.size === 0) return 'The file is empty.';
  if (file.size <= MOST_BYTES) return null;
  return `The file has ${formatBytes(file.size)}; a file may have ${formatBytes(MOST_BYTES)}. Split it, or pack it with gzip.`;
}
