import type { Metadata } from 'next';
import { SystemView } from '@/components/admin/system-view';
import { systemQuestion } from '@/lib/api/machine';
import { getSystem } from '@/lib/services/system';
import { pageContext } from '../../page-context';

export const metadata: Metadata = { title: 'System' };

export default async function SystemPage() {
  const ctx = await pageContext('system.read');
  const system = await getSystem(ctx, systemQuestion());
  return (
    <>
      <h1 className="mb-4 text-xl font-semibold">System</h1>
      <SystemView system={system} />
    </>
  );
}
