import type { Db } from '@/lib/db/client';
import { countFixes, fixesAround, readFixes } from '@/lib/db/positions';
import { fixAt } from '@/lib/timing/normalise';
import type { Fix, Frame } from '@/lib/timing/types';

/** Rows read at a time; between two readings others have their turn. */
const READ_ROWS = 10_000;
/** No session is so long; a robot's clock may jump further. */
const LONGEST_COUNT_US = 30 * 86_400 * 1e6;

/** Goes through the stored fixes of a device in [fromUs, untilUs), in order of time. */
export async function eachStored(
  db: Db,
  { id, frame }: { id: number; frame: Frame },
  fromUs: number,
  untilUs: number,
  take: (fix: Fix) => void,
): Promise<void> {
  for (let nextUs = fromUs; ; ) {
    const fixes = await readFixes(db, id, frame, nextUs, untilUs, READ_ROWS);
    for (let row = 0; row < fixes.count; row++) take(fixAt(fixes, row));
    if (fixes.count < READ_ROWS) return;
    nextUs = Math.round((fixes.timeMs[fixes.count - 1] ?? 0) * 1000) + 1;
  }
}

/** How many fixes of a device are stored in [fromUs, uptoUs]; null = the times lie too far apart to count them. */
export async function countStored(
  db: Db,
  deviceId: number,
  fromUs: number,
  uptoUs: number,
): Promise<number | null> {
  const { after } = await fixesAround(db, deviceId, fromUs);
  if (after === null || uptoUs - after >= LONGEST_COUNT_US) return null;
  return countFixes(db, deviceId, after, uptoUs + 1);
}
