import type { RobotItem, RobotNews } from '@/lib/contracts/robots';

/** A place of a robot's way: its own time in ms, metres east, metres north. */
export type Place = readonly [timeMs: number, x: number, y: number];

/** So many places of each robot are drawn. */
const TRAIL_PLACES = 1_000;

/** What the page knows of robots: their rows, which React shows, and their ways, which are drawn past it. */
export type RobotStore = {
  /** By name; the same list until a row changes. */
  rows(): readonly RobotItem[];
  trail(deviceId: number): readonly Place[];
  takeNews(news: RobotNews): void;
  /** Tells of changed rows, or of ways. */
  onRows(listener: () => void): () => void;
  onTrails(listener: () => void): () => void;
};

export function robotStore(initial: readonly RobotItem[]): RobotStore {
  let rows: readonly RobotItem[] = initial;
  const trails = new Map<number, Place[]>();
  const listeners = { rows: new Set<() => void>(), trails: new Set<() => void>() };
  const tell = (which: keyof typeof listeners): void => {
    for (const listener of listeners[which]) listener();
  };
  const listen = (which: keyof typeof listeners) => (listener: () => void) => {
    listeners[which].add(listener);
    return () => void listeners[which].delete(listener);
  };
  const add = (deviceId: number, place: Place): void => {
    const trail = trails.get(deviceId) ?? [];
    trails.set(deviceId, trail);
    const last = trail.at(-1);
    // After a reconnect the same places may come once more.
    if (!last || place[0] > last[0]) trail.push(place);
    if (trail.length > 1.2 * TRAIL_PLACES) trail.splice(0, trail.length - TRAIL_PLACES);
  };
  const addRow = ({ device_id, time_ms, x_m, y_m }: RobotItem): void => {
    if (time_ms !== null && x_m !== null && y_m !== null) add(device_id, [time_ms, x_m, y_m]);
  };
  for (const row of initial) addRow(row);

  return {
    rows: () => rows,
    trail: (deviceId) => trails.get(deviceId) ?? [],
    takeNews({ fixes, robots }) {
      for (const [deviceId, timeMs, x, y] of fixes) add(deviceId, [timeMs, x, y]);
      for (const row of robots) addRow(row);
      if (fixes.length + robots.length > 0) tell('trails');
      if (robots.length === 0) return;
      const fresh = new Map(robots.map((row) => [row.device_id, row]));
      const known = rows.map((row) => {
        const news = fresh.get(row.device_id);
        fresh.delete(row.device_id);
        return news ?? row;
      });
      rows = [...known, ...fresh.values()].sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
      tell('rows');
    },
    onRows: listen('rows'),
    onTrails: listen('trails'),
  };
}
