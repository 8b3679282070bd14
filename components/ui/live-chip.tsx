import Link from 'next/link';

/** Marks a session that is under way, and leads to its board. */
export function LiveChip({ sessionId }: { sessionId: number }) {
  return (
    <Link
      href={`/live/${sessionId}`}
      className="inline-flex items-center gap-1.5 rounded-md border border-edge px-1.5 text-xs font-normal no-underline"
    >
      <span aria-hidden className="size-2 rounded-full bg-personal-best" />
      Live
    </Link>
  );
}
