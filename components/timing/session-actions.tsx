'use client';

import { Download, Pencil, RefreshCw, Trash2 } from 'lucide-react';
import { useState } from 'react';
import { useReprocess } from '@/components/hooks/use-reprocess';
import { Button } from '@/components/ui/button';
import { buttonLook } from '@/components/ui/button-look';
import type { SessionDetail } from '@/lib/contracts/sessions';
import { DeleteDialog } from './delete-dialog';
import { RenameDialog } from './rename-dialog';

/** What the viewer may do: with this session, and of importing. */
export type SessionRights = { update: boolean; reprocess: boolean; remove: boolean; import: boolean };

export function SessionActions({ session, may }: { session: SessionDetail; may: SessionRights }) {
  const [open, setOpen] = useState<'rename' | 'delete' | null>(null);
  const reprocess = useReprocess(session.id, session.revision);
  return (
    <div className="no-print flex flex-wrap items-center gap-2 max-sm:[&_svg]:hidden">
      <p role="status" className={`text-sm empty:hidden ${reprocess.failed ? 'text-danger' : 'text-soft'}`}>
        {reprocess.words}
      </p>
      <a href={`/api/v1/sessions/${session.id}/laps?format=csv`} download className={buttonLook()}>
        <Download size={16} aria-hidden /> Laps as CSV
      </a>
      {may.reprocess && (
        <Button onPress={reprocess.start} isDisabled={reprocess.running}>
          <RefreshCw size={16} aria-hidden /> Reprocess
        </Button>
      )}
      {may.update && (
        <Button onPress={() => setOpen('rename')}>
          <Pencil size={16} aria-hidden /> Rename
        </Button>
      )}
      {may.remove && (
        <Button look="danger" onPress={() => setOpen('delete')}>
          <Trash2 size={16} aria-hidden /> Delete
        </Button>
      )}
      <RenameDialog session={session} isOpen={open === 'rename'} onClose={() => setOpen(null)} />
      <DeleteDialog session={session} isOpen={open === 'delete'} onClose={() => setOpen(null)} />
    </div>
  );
}
