'use client';

import { FolderOpen } from 'lucide-react';
import { useState } from 'react';
import { DropZone, Text } from 'react-aria-components/DropZone';
import { FileTrigger } from 'react-aria-components/FileTrigger';
import { formatBytes, formatPlural } from '@/components/format';
import { Button } from '@/components/ui/button';
import { MOST_BYTES } from './upload';

type DropEvent = Parameters<NonNullable<React.ComponentProps<typeof DropZone>['onDrop']>>[0];

const FORMATS =
  'VBO, NMEA, GPX, RaceChrono and TrackAddict CSV, Dovex, LFS replays, Pitwall CSV and JSON, track files';

type DropTargetProps = { compact: boolean; onFiles(files: File[]): void };

/** Where files go in: dropped, chosen or pasted. */
export function DropTarget({ compact, onFiles }: DropTargetProps) {
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
  const size = compact
    ? 'flex flex-wrap items-center gap-x-4 gap-y-2 p-4'
    : 'grid min-h-56 place-content-center justify-items-center gap-3 p-6 text-center';
  return (
    <DropZone
      onDrop={onDrop}
      className={`rounded-md border-2 border-dashed border-edge bg-panel transition-colors data-[drop-target]:border-accent data-[drop-target]:bg-raised ${size}`}
    >
      <Text slot="label" className={`font-semibold ${compact ? 'text-lg' : 'text-xl'}`}>
        Drop logger files here
      </Text>
      <FileTrigger allowsMultiple onSelect={(list) => take(list ? [...list] : [], 0)}>
        <Button look="primary">
          <FolderOpen size={16} aria-hidden /> Choose files
        </Button>
      </FileTrigger>
      <p className="max-w-2xl text-sm text-soft">
        {compact ? '' : `${FORMATS}. `}Up to {formatBytes(MOST_BYTES)} each; files of one outing dropped
        together become one session.
      </p>
      {hint && (
        <p role="alert" className="text-sm text-danger">
          {hint}
        </p>
      )}
    </DropZone>
  );
}
