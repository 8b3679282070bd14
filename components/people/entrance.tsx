import type { ReactNode } from 'react';

/** The narrow column of a page that leads into the product. */
export function Entrance({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section className="mx-auto flex w-full max-w-sm flex-col gap-4 pt-[6vh]">
      <h1 className="text-xl font-semibold">{title}</h1>
      {children}
    </section>
  );
}
