'use client';

import { useQuery } from '@tanstack/react-query';
import { useEffect, useState, useSyncExternalStore } from 'react';
import { getJson } from '@/components/hooks/api';
import { listenTo } from '@/components/hooks/event-stream';
import type { RobotItem, RobotNews } from '@/lib/contracts/robots';
import { type RobotStore, robotStore } from './robot-store';

type List = { items: RobotItem[] };

/** What was refused and who fell silent makes no news: it is asked for. */
const ASK_EVERY_MS = 10_000;

/** Robots as the page came with them, kept up by the server's stream. `cut` = the stream is away just now. */
export function useRobots(initial: readonly RobotItem[]): {
  store: RobotStore;
  rows: readonly RobotItem[];
  cut: boolean;
  ask(): void;
} {
  const [store] = useState(() => robotStore(initial));
  const [cut, setCut] = useState(false);
  const rows = useSyncExternalStore(store.onRows, store.rows, store.rows);
  useEffect(
    () => listenTo('/api/v1/robots/stream', 'robots', (event) => store.takeNews(newsOf(event)), setCut),
    [store],
  );
  const list = useQuery({
    queryKey: ['robots'],
    queryFn: ({ signal }) => getJson<List>('/api/v1/robots?limit=1000', signal),
    initialData: { items: [...initial] },
    staleTime: ASK_EVERY_MS,
    refetchInterval: ASK_EVERY_MS,
    // What the page comes with is newer than what a visit before it left.
    gcTime: 0,
    retry: false,
  });
  const { data, refetch } = list;
  useEffect(() => {
    if (data) store.takeNews({ fixes: [], robots: data.items });
  }, [data, store]);
  return { store, rows, cut, ask: () => void refetch() };
}

/** An event of this server's own stream, which sends the contract's RobotNews. */
function newsOf(event: MessageEvent<string>): RobotNews {
  const news: RobotNews = JSON.parse(event.data);
  return news;
}
