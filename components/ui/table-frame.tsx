import type { ReactNode } from 'react';

type TableFrameProps = { label: string; className?: string; children: ReactNode };

/** The frame in which a table scrolls. For one without links and buttons: the keyboard must get into it to scroll. */
export function TableFrame({ label, className = '', children }: TableFrameProps) {
  return (
    <section
      aria-label={label}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard.
      tabIndex={0}
      className={`table-frame ${className}`}
    >
      {children}
    </section>
  );
}
