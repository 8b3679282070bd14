import { NotAllowed } from '@/components/people/not-allowed';

export default function Forbidden() {
  return <NotAllowed />;
}
