import type { ReactNode } from 'react';

/** Says, where it stands, that something was done; assistive technology hears it. */
export function Saved({ isShown, children }: { isShown: boolean; children: ReactNode }) {
  return (
    <span role="status" className="text-sm text-soft">
      {isShown && children}
    </span>
  );
}
