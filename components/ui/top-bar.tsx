'use client';

import Link, { useLinkStatus } from 'next/link';
import { usePathname } from 'next/navigation';
import { buttonLook } from './button-look';
import { Connection } from './connection';
import { useFrame, useOpenPlaces } from './frame';
import { Shortcuts } from './shortcuts';
import { UserMenu } from './user-menu';
import { ViewMenu } from './view-menu';

export function TopBar() {
  const path = usePathname();
  const { viewer } = useFrame();
  const places = useOpenPlaces('main');
  return (
    <header className="no-print sticky top-0 z-40 flex h-12 items-center gap-1 border-b border-line bg-page px-3 sm:gap-2 sm:px-4">
      <Link
        href="/"
        className="target mr-1 inline-flex shrink-0 items-center text-lg font-semibold tracking-tight sm:mr-4"
      >
        Pitwall
      </Link>
      <nav
        ref={showCurrent}
        aria-label="Main"
        className="flex h-full min-w-0 items-stretch overflow-x-auto overflow-y-hidden scroll-px-6 max-sm:mask-r-from-[calc(100%-1.5rem)] max-sm:pr-4"
      >
        {places.map(({ href, words }) => (
          <Link
            key={href}
            href={href}
            aria-current={path.startsWith(href) ? 'page' : undefined}
            className="relative flex shrink-0 items-center border-b-2 border-transparent px-1.5 text-sm -outline-offset-2 text-soft hover:text-text aria-[current=page]:border-accent aria-[current=page]:text-text sm:px-3"
          >
            {words}
            <Waiting />
          </Link>
        ))}
      </nav>
      <div className="ml-auto flex shrink-0 items-center gap-1">
        <Connection />
        <Shortcuts />
        {viewer ? <UserMenu viewer={viewer} /> : <ForNobody path={path} />}
      </div>
    </header>
  );
}

/** On a phone the places are wider than the bar: the one that is open is scrolled to. */
function showCurrent(nav: HTMLElement | null): void {
  const current = nav?.querySelector<HTMLElement>('[aria-current=page]');
  if (nav && current) nav.scrollLeft = current.offsetLeft - nav.offsetLeft - nav.clientWidth / 2;
}

/** Whoever is not logged in chooses how to see the pages, and finds the way in. */
function ForNobody({ path }: { path: string }) {
  const isOnIt = path === '/login' || path === '/setup';
  const next = path === '/' ? '' : `?next=${encodeURIComponent(path)}`;
  return (
    <>
      <ViewMenu />
      {!isOnIt && (
        <Link href={`/login${next}`} className={buttonLook()}>
          Log in
        </Link>
      )}
    </>
  );
}

/** A line under the link while its page takes more than a moment; the page that is there stays meanwhile. */
function Waiting() {
  const { pending } = useLinkStatus();
  return <span aria-hidden className={`waiting ${pending ? 'is-waiting' : ''}`} />;
}
