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

const AT_ONCE = 2;

/** Uploads of this page: two at a time, in the order in which they were dropped. */
export function useUploads() {
  const [uploads, setUploads] = useState<Upload[]>([]);
  const waiting = useRef<(() => Promise<void>)[]>([]);
  const running = useRef(0);

  const pump = useCallback(() => {
    while (running.current < AT_ONCE) {
      const next = waiting.current.shift();
      if (!next) return;
      running.current += 1;
      next().finally(() => {
        running.current -= 1;
        pump();
      });
    }
  }, []);

  const add = useCallback(
    (files: readonly File[], options: DropOptions) => {
      const batch = newBatch();
      const change = (key: string, news: Partial<Upload>) =>
        setUploads((all) => all.map((upload) => (upload.key === key ? { ...upload, ...news } : upload)));
      files.forEach((file, place) => {
        const key = `${batch}-${place}`;
        const failed = refusal(file);
        const fresh = { key, name: file.name, bytes: file.size, sentBytes: 0, importId: null, failed };
        setUploads((all) => [...all, fresh]);
        if (failed) return;
        waiting.current.push(() =>
          uploadFile(file, { batch, ...options }, (sentBytes) => change(key, { sentBytes })).then(
            (importId) => change(key, { sentBytes: file.size, importId }),
            (error: Error) => change(key, { failed: error.message }),
          ),
        );
      });
      pump();
    },
    [pump],
  );
  return { uploads, add };
}

function refusal(file: File): string | null {
  if (file.size === 0) return 'The file is empty.';
  if (file.size <= MOST_BYTES) return null;
  return `The file has ${formatBytes(file.size)}; a file may have ${formatBytes(MOST_BYTES)}. Split it, or pack it with gzip.`;
}
