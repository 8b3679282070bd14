import type { ReactNode } from 'react';

/** The ways to the first data, side by side in an empty state. */
export function Ways({ children }: { children: ReactNode }) {
  return (
    <div className="mt-2 grid w-[min(64rem,82vw)] gap-4 text-left text-text md:grid-cols-2">{children}</div>
  );
}

export function Way({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section className="flex min-w-0 flex-col gap-2">
      <h3 className="font-semibold">{title}</h3>
      {children}
    </section>
  );
}
