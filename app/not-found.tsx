import Link from 'next/link';
import { buttonLook } from '@/components/ui/button-look';
import { EmptyState } from '@/components/ui/empty-state';

export default function NotFound() {
  return (
    <EmptyState title="This page does not exist">
      <p className="max-w-lg">
        What it showed may have been deleted, or the address is mistyped. Nothing else is touched by that.
      </p>
      <Link href="/sessions" className={buttonLook()}>
        See all sessions
      </Link>
    </EmptyState>
  );
}
