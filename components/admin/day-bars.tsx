import { formatPlural } from '@/components/format';
import type { Usage } from '@/lib/contracts/logs';

type Day = Usage['days'][number];

const DAY_MS = 24 * 3600 * 1000;
const LEAST_DAYS = 14;
const MOST_DAYS = 90;
const DAY_WIDTH_PX = 24;

/** Every day from the first to the last, also those on which nothing was done; the last 14 at least, 90 at most. */
export function wholeDays(days: readonly Day[]): Day[] {
  const [first, last] = [days[0], days.at(-1)];
  if (!first || !last) return [];
  const known = new Map(days.map((day) => [day.day, day]));
  const lastMs = Date.parse(last.day);
  const spanned = Math.round((lastMs - Date.parse(first.day)) / DAY_MS) + 1;
  const count = Math.min(MOST_DAYS, Math.max(LEAST_DAYS, spanned));
  return Array.from({ length: count }, (_, index) => {
    const day = new Date(lastMs - (count - 1 - index) * DAY_MS).toISOString().slice(0, 10);
    return known.get(day) ?? { day, count: 0, users: 0 };
  });
}

/** What was done per day, as bars. */
export function DayBars({ days }: { days: readonly Day[] }) {
  const shown = wholeDays(days);
  const most = shown.reduce<Day | null>((top, day) => (top && top.count >= day.count ? top : day), null);
  const [first, last] = [shown[0], shown.at(-1)];
  if (!most || !first || !last) return null;
  const total = shown.reduce((sum, day) => sum + day.count, 0);
  const words = `${formatPlural(total, 'action')} from ${first.day} to ${last.day}; most on ${most.day}: ${most.count}.`;
  return (
    <figure className="flex flex-col gap-1" style={{ maxWidth: Math.max(400, shown.length * DAY_WIDTH_PX) }}>
      <div
        role="img"
        aria-label={words}
        className="flex h-28 items-end gap-px rounded-md border border-line p-2"
      >
        {shown.map(({ day, count, users }) => (
          <span
            key={day}
            title={`${day}: ${formatPlural(count, 'action')} by ${formatPlural(users, 'person', 'people')}`}
            className="flex h-full flex-1 items-end hover:bg-raised"
          >
            <span
              className="w-full rounded-t-[2px] bg-accent"
              style={{ height: `${(100 * count) / Math.max(1, most.count)}%`, minHeight: count > 0 ? 2 : 0 }}
            />
          </span>
        ))}
      </div>
      <figcaption className="flex justify-between gap-4 text-xs text-soft">
        <span>{first.day}</span>
        <span>
          most: {most.count} on {most.day}
        </span>
        <span>{last.day} UTC</span>
      </figcaption>
    </figure>
  );
}
