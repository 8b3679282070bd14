'use client';

import Link from 'next/link';
import { usePathname } from 'next/navigation';
import { buttonLook } from '@/components/ui/button-look';
import { useFrame } from '@/components/ui/frame';

/** A page that the viewer's level does not reach: what it needs, and the way back. */
export function NotAllowed() {
  const path = usePathname();
  const { viewer, places } = useFrame();
  const place = places.find(({ href }) => path === href || path.startsWith(`${href}/`));
  return (
    <section className="grid min-h-52 place-content-center justify-items-center gap-2 rounded-md border border-line bg-panel p-6 text-center text-sm text-soft">
      <title>Not allowed · Pitwall</title>
      <h1 className="text-lg font-semibold text-text">This page is not for your account</h1>
      <p className="max-w-lg">
        {place ? `${place.words} needs ${place.needs}. ` : ''}
        {viewer
          ? `You are logged in as ${viewer.username}, level ${viewer.level} (${viewer.levelName}). `
          : ''}
        Who administers this server can give you a higher level.
      </p>
      <Link href="/" className={buttonLook()}>
        Back to the start
      </Link>
    </section>
  );
}
