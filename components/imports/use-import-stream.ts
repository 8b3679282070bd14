'use client';

import { useEffect, useState } from 'react';
import type { ImportItem } from '@/lib/contracts/imports';

type StreamState = { items: ReadonlyMap<number, ImportItem>; cut: boolean };

const NOTHING: StreamState = { items: new Map(), cut: false };

/** What the server reports of imports, newest state by id. Open only while `active`: browsers allow few streams. */
export function useImportStream(active: boolean): StreamState {
  const [state, setState] = useState(NOTHING);
  useEffect(() => {
    if (!active) return;
    const source = new EventSource('/api/v1/imports/stream');
    source.addEventListener('import', (event) => {
      const item = importOf(event);
      setState(({ items }) => ({ items: new Map(items).set(item.id, item), cut: false }));
    });
    source.onopen = () => setState((before) => ({ ...before, cut: false }));
    source.onerror = () => setState((before) => ({ ...before, cut: true }));
    return () => source.close();
  }, [active]);
  return state;
}

/** An event of this server's own stream, which sends the contract's ImportItem. */
function importOf(event: MessageEvent<string>): ImportItem {
  const item: ImportItem = JSON.parse(event.data);
  return item;
}
