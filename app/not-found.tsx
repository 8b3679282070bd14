import type { Metadata } from 'next';
import Link from 'next/link';
import { buttonLook } from '@/components/ui/button-look';
import { EmptyState } from '@/components/ui/empty-state';

export const metadata: Metadata = { title: 'Not found' };

export default function NotFound() {
  return (
    <EmptyState title="This page does not exist" isPage>
      <p className="max-w-lg">
        What it showed may have been deleted, or the address is mistyped. Nothing else is touched by that.
      </p>
      <Link href="/" className={buttonLook()}>
        To the start
      </Link>
    </EmptyState>
  );
}
