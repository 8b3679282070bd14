import type { Metadata } from 'next';
import { RobotsView } from '@/components/robots/robots-view';
import { refusalOf } from '@/lib/services/rights';
import { listRobots } from '@/lib/services/robots';
import { pageContext } from '../page-context';

export const metadata: Metadata = { title: 'Robots' };

export default async function RobotsPage() {
  const ctx = await pageContext('robot.list');
  const robots = await listRobots(ctx, { limit: 1000 });
  return <RobotsView robots={robots.items} mayReset={refusalOf(ctx, 'device.trip') === null} />;
}
