'use client';

import { useEffect, useState } from 'react';
import { listenTo } from '@/components/hooks/event-stream';
import type { ImportItem } from '@/lib/contracts/imports';

type StreamState = { items: ReadonlyMap<number, ImportItem>; cut: boolean };

const NOTHING: StreamState = { items: new Map(), cut: false };

/** What the server reports of imports, newest state by id. Open only while `active`: browsers allow few streams. */
export function useImportStream(active: boolean): StreamState {
  const [state, setState] = useState(NOTHING);
  useEffect(() => {
    if (!active) return;
    return listenTo(
      '/api/v1/imports/stream',
      'import',
      (event) => {
        const item = importOf(event);
        setState(({ items }) => ({ items: new Map(items).set(item.id, item), cut: false }));
      },
      (cut) => setState((before) => ({ ...before, cut })),
    );
  }, [active]);
  return state;
}

/** An event of this server's own stream, which sends the contract's ImportItem. */
function importOf(event: MessageEvent<string>): ImportItem {
  const item: ImportItem = JSON.parse(event.data);
  return item;
}
