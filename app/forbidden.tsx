import type { Metadata } from 'next';
import { NotAllowed } from '@/components/people/not-allowed';

export const metadata: Metadata = { title: 'Not allowed' };

export default function Forbidden() {
  return <NotAllowed />;
}
