'use client';

import Link from 'next/link';
import { usePathname } from 'next/navigation';
import { buttonLook } from '@/components/ui/button-look';
import { EmptyState } from '@/components/ui/empty-state';
import { useFrame } from '@/components/ui/frame';

/** A page that the viewer's level does not reach: what it needs, and the way back. */
export function NotAllowed() {
  const path = usePathname();
  const { viewer, places } = useFrame();
  const place = places.find(({ href }) => path === href || path.startsWith(`${href}/`));
  return (
    <EmptyState title="This page is not for your account" isPage>
      <p className="max-w-lg">
        {place ? `${place.words} needs ${place.needs}. ` : ''}
        {viewer
          ? `You are logged in as ${viewer.username}, level ${viewer.level} (${viewer.levelName}). `
          : ''}
        Whoever administers this server can give you a higher level.
      </p>
      <Link href="/" className={buttonLook()}>
        Back to the start
      </Link>
    </EmptyState>
  );
}
