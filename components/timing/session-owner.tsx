'use client';

import { useFrame } from '@/components/ui/frame';
import type { SessionDetail } from '@/lib/contracts/sessions';

/** To whom a session belongs; told only to those who have an account themselves. */
export function SessionOwner({ owner }: Pick<SessionDetail, 'owner'>) {
  const { viewer } = useFrame();
  if (!viewer || !owner) return null;
  return ` · by ${owner.id === viewer.id ? 'you' : owner.username}`;
}
