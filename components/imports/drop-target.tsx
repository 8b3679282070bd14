'use client';

import { FolderOpen } from 'lucide-react';
import { useState } from 'react';
import { DropZone, Text } from 'react-aria-components/DropZone';
import { FileTrigger } from 'react-aria-components/FileTrigger';
import { formatBytes, formatPlural } from '@/components/format';
import { Button } from '@/components/ui/button';
import { MOST_BYTES } from './upload';

type DropEvent = Parameters<NonNullable<React.ComponentProps<typeof DropZone>['onDrop']>>[0];

/** Where files go in: dropped, chosen or pasted. */
export function DropTarget({ onFiles }: { onFiles(files: File[]): void }) {
  const [hint, setHint] = useState('');
  const take = (files: File[], folders: number) => {
    setHint(folders > 0 ? `${formatPlural(folders, 'folder')} left out: drop the files inside` : '');
    if (files.length > 0) onFiles(files);
  };
  const onDrop = async (event: DropEvent) => {
    const dropped = event.items.filter((item) => item.kind === 'file');
    const files = await Promise.all(dropped.map((item) => item.getFile()));
    take(files, event.items.filter((item) => item.kind === 'directory').length);
  };
  return (
    <DropZone
      onDrop={onDrop}
      className="grid min-h-52 place-content-center justify-items-center gap-3 rounded-md border-2 border-dashed border-edge bg-panel p-6 text-center transition-colors data-[drop-target]:border-accent data-[drop-target]:bg-raised"
    >
      <Text slot="label" className="text-xl font-semibold">
        Drop logger files here
      </Text>
      <FileTrigger allowsMultiple onSelect={(list) => take(list ? [...list] : [], 0)}>
        <Button look="primary">
          <FolderOpen size={16} aria-hidden /> Choose files
        </Button>
      </FileTrigger>
      <p className="max-w-xl text-sm text-soft">
        VBO, NMEA, GPX, RaceChrono and TrackAddict CSV, Dovex, LFS replays, Pitwall CSV and JSON, and track
        files. Up to {formatBytes(MOST_BYTES)} each. Files of one outing dropped together become one session.
      </p>
      <p role="status" className="min-h-5 text-sm text-danger">
        {hint}
      </p>
    </DropZone>
  );
}
