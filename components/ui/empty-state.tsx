import type { ReactNode } from 'react';

/** Where nothing is yet: what belongs here and the shortest way to it. */
export function EmptyState({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section className="grid min-h-52 place-content-center justify-items-center gap-2 rounded-md border border-line bg-panel p-6 text-center text-sm text-soft">
      <h2 className="text-lg font-semibold text-text">{title}</h2>
      {children}
    </section>
  );
}
