import type { PlayCounts } from './play';

const whole = new Intl.NumberFormat('en');
const OTHER_LINE_MS = 10_000;

const clock = (ms: number): string => {
  const seconds = Math.floor(ms / 1000);
  const two = (value: number) => String(value).padStart(2, '0');
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60];
  return `${hours > 0 ? `${hours}:${two(minutes)}` : minutes}:${two(seconds % 60)}`;
};

/** `2:03 of 18:40 · 1,230 of 9,800 fixes sent, 1,228 stored` */
export function progressLine(counts: PlayCounts): string {
  const { atMs, durationMs, fixes, sent, stored, duplicates, refused } = counts;
  const reasons = Object.entries(refused).map(([reason, count]) => `${whole.format(count)} ${reason}`);
  const parts = [
    `${clock(atMs)} of ${clock(durationMs)}`,
    `${whole.format(sent)} of ${whole.format(fixes)} fixes sent, ${whole.format(stored)} stored`,
    ...(duplicates > 0 ? [`${whole.format(duplicates)} were there already`] : []),
    ...(reasons.length > 0 ? [`refused: ${reasons.join(', ')}`] : []),
  ];
  return parts.join(' · ');
}

/** Shows progress on a terminal in one line that changes, elsewhere as a line every ten seconds. */
export function progressView(stream: NodeJS.WriteStream) {
  let shownAtMs = 0;
  let open = false;
  return {
    show(counts: PlayCounts): void {
      const nowMs = Date.now();
      if (nowMs - shownAtMs < (stream.isTTY ? 250 : OTHER_LINE_MS)) return;
      shownAtMs = nowMs;
      stream.write(stream.isTTY ? `\r\x1b[K${progressLine(counts)}` : `${progressLine(counts)}\n`);
      open = stream.isTTY;
    },
    /** A line of its own. */
    say(line: string): void {
      stream.write(`${open ? '\n' : ''}${line}\n`);
      open = false;
    },
  };
}
