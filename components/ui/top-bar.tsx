'use client';

import Link, { useLinkStatus } from 'next/link';
import { usePathname } from 'next/navigation';
import { Connection } from './connection';
import { Shortcuts } from './shortcuts';
import { ViewMenu } from './view-menu';

const PLACES = [
  { href: '/sessions', words: 'Sessions' },
  { href: '/tracks', words: 'Tracks' },
  { href: '/import', words: 'Import' },
];

export function TopBar() {
  const path = usePathname();
  return (
    <header className="no-print sticky top-0 z-40 flex h-12 items-center gap-1 border-b border-line bg-page px-3 sm:gap-2 sm:px-4">
      <Link
        href="/"
        className="target mr-1 inline-flex items-center text-lg font-semibold tracking-tight sm:mr-4"
      >
        Pitwall
      </Link>
      <nav aria-label="Main" className="flex h-full items-stretch">
        {PLACES.map(({ href, words }) => (
          <Link
            key={href}
            href={href}
            aria-current={path.startsWith(href) ? 'page' : undefined}
            className="relative flex items-center border-b-2 border-transparent px-2 text-sm text-soft hover:text-text aria-[current=page]:border-accent aria-[current=page]:text-text sm:px-3"
          >
            {words}
            <Waiting />
          </Link>
        ))}
      </nav>
      <div className="ml-auto flex items-center gap-1">
        <Connection />
        <Shortcuts />
        <ViewMenu />
      </div>
    </header>
  );
}

/** A line under the link while its page takes more than a moment; the page that is there stays meanwhile. */
function Waiting() {
  const { pending } = useLinkStatus();
  return <span aria-hidden className={`waiting ${pending ? 'is-waiting' : ''}`} />;
}
