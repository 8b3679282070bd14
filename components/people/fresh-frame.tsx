'use client';

import { useRouter } from 'next/navigation';
import { useEffect } from 'react';
import { useFrame } from '@/components/ui/frame';

/** Where the server sees nobody but the frame still shows somebody, whose login has ended: asks for the frame anew. */
export function FreshFrame() {
  const { viewer } = useFrame();
  const router = useRouter();
  useEffect(() => {
    if (viewer) router.refresh();
  }, [viewer, router]);
  return null;
}
