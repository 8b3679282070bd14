import type { FollowedFixes } from '@/lib/contracts/live';
import type { Bus } from './bus';
import { type CommittedFixes, FIXES_TOPIC, type IncomingFix } from './ingest';

export type FollowOptions = {
  bus: Bus;
  entryId: number;
  deviceId: number;
  delayS: number;
  send: (frame: FollowedFixes) => void;
};

/** Hands on the fixes of one device as they are stored, but for late ones. Gives the way to stop it. */
export function followFixes({ bus, entryId, deviceId, delayS, send }: FollowOptions): () => void {
  const waiting: { dueMs: number; frame: FollowedFixes }[] = [];
  let timer: NodeJS.Timeout | null = null;
  const pump = (): void => {
    timer = null;
    while (waiting[0] && waiting[0].dueMs <= performance.now()) {
      const due = waiting.shift();
      if (due) send(due.frame);
    }
    if (waiting[0] && timer === null) timer = setTimeout(pump, waiting[0].dueMs - performance.now());
  };
  const leave = bus.subscribe(FIXES_TOPIC, ({ data }) => {
    const committed = committedFixesOf(data);
    if (committed?.deviceId !== deviceId || committed.late) return;
    const frame = { type: 'follow', entry_id: entryId, fixes: committed.fixes.map(tupleOf) } as const;
    if (delayS === 0) send(frame);
    else waiting.push({ dueMs: performance.now() + delayS * 1000, frame });
    if (timer === null) pump();
  });
  return () => {
    leave();
    if (timer !== null) clearTimeout(timer);
    waiting.length = 0;
    timer = null;
  };
}

/** What comes on the topic of the fixes: only the one way in publishes there, so that an object is of that shape. */
function committedFixesOf(data: unknown): CommittedFixes | null {
  return typeof data === 'object' && data !== null && 'deviceId' in data ? (data as CommittedFixes) : null;
}

function tupleOf(fix: IncomingFix): FollowedFixes['fixes'][number] {
  const known = (value: number): number | null => (Number.isFinite(value) ? value : null);
  const { timeMs, x, y, speedMps, courseDeg, altitudeM, attributes } = fix;
  return [timeMs, x, y, known(speedMps), known(courseDeg), known(altitudeM), attributes];
}
