import type { RejectedCounts } from '@/lib/timing/types';
import { FormatError } from './types';

/** Counts the rows that hold no fix, by reason, and remembers the first for the message. */
export type Rejections = {
  readonly counts: RejectedCounts;
  add(reason: string, line: number | null, detail?: string): void;
  /** The error of a file that gave no fix at all. */
  noFixes(label: string): FormatError;
};

export function createRejections(): Rejections {
  const counts: RejectedCounts = {};
  let first: { reason: string; line: number | null; detail: string } | null = null;
  return {
    counts,
    add(reason, line, detail = '') {
      counts[reason] = (counts[reason] ?? 0) + 1;
      first ??= { reason, line, detail };
    },
    noFixes(label) {
      if (!first)
        return new FormatError(`This ${label} file holds no rows of data. Record or export it again.`);
      const total = Object.values(counts).reduce((sum, count) => sum + count, 0);
      const detail = first.detail ? `: ${first.detail}` : '';
      return new FormatError(
        `No row of this ${label} file holds a usable fix; ${total} refused, the first as ${first.reason}${detail}. Check the file where it was recorded.`,
        first.line,
      );
    },
  };
}
