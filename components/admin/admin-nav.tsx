'use client';

import Link from 'next/link';
import { usePathname } from 'next/navigation';
import { useOpenPlaces } from '@/components/ui/frame';

/** The places of the administration that the viewer may see. */
export function AdminNav() {
  const path = usePathname();
  const places = useOpenPlaces('admin');
  return (
    <nav
      aria-label="Administration"
      className="no-print mb-4 flex gap-1 overflow-x-auto border-b border-line"
    >
      {places.map(({ href, words }) => (
        <Link
          key={href}
          href={href}
          aria-current={path.startsWith(href) ? 'page' : undefined}
          className="target -mb-px flex h-8 shrink-0 items-center border-b-2 border-transparent px-3 text-sm -outline-offset-2 text-soft hover:text-text aria-[current=page]:border-accent aria-[current=page]:text-text"
        >
          {words}
        </Link>
      ))}
    </nav>
  );
}
