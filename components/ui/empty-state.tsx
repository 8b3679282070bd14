import type { ReactNode } from 'react';

type EmptyStateProps = {
  title: string;
  /** Whether it stands for the whole page: its title is the page's then. */
  isPage?: boolean;
  children: ReactNode;
};

/** Where nothing is yet: what belongs here and the shortest way to it. */
export function EmptyState({ title, isPage = false, children }: EmptyStateProps) {
  const Title = isPage ? 'h1' : 'h2';
  return (
    <section className="grid min-h-52 place-content-center justify-items-center gap-2 rounded-md border border-line bg-panel p-6 text-center text-sm text-soft">
      <Title className="text-lg font-semibold text-text">{title}</Title>
      {children}
    </section>
  );
}
