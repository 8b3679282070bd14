import type { Frame, Place } from '@/components/ui/frame';
import { type Action, LEVEL_NAMES, permissionOf } from '@/lib/auth/permissions';
import type { ServiceContext } from '@/lib/services/context';
import { refusalOf } from '@/lib/services/rights';

type PlaceRule = Pick<Place, 'href' | 'words' | 'key' | 'group'> & { action: Action };

/** Every place that the frame leads to, and the right that its page asks for. */
const RULES: readonly PlaceRule[] = [
  { href: '/live', words: 'Live', key: 'l', group: 'main', action: 'live.list' },
  { href: '/sessions', words: 'Sessions', key: 's', group: 'main', action: 'session.list' },
  { href: '/tracks', words: 'Tracks', key: 't', group: 'main', action: 'track.list' },
  { href: '/devices', words: 'Devices', key: 'd', group: 'main', action: 'device.list' },
  { href: '/robots', words: 'Robots', key: 'r', group: 'main', action: 'robot.list' },
  { href: '/import', words: 'Import', key: 'i', group: 'main', action: 'import.create' },
  { href: '/account', words: 'Account', key: 'a', group: 'own', action: 'key.list' },
  { href: '/docs', words: 'API', key: 'p', group: 'own', action: 'status.read' },
  { href: '/admin/users', words: 'Users', key: 'u', group: 'admin', action: 'user.list' },
  { href: '/admin/usage', words: 'Usage', key: null, group: 'admin', action: 'usage.read' },
  { href: '/admin/logs', words: 'Audit log', key: 'o', group: 'admin', action: 'log.list' },
  { href: '/admin/system', words: 'System', key: null, group: 'admin', action: 'system.read' },
];

/** The places with what the viewer may of them. */
export function placesOf(ctx: ServiceContext): Place[] {
  return RULES.map(({ action, ...place }) => ({
    ...place,
    isOpen: refusalOf(ctx, action) === null,
    needs: levelWords(action),
  }));
}

function levelWords(action: Action): string {
  const { level } = permissionOf(action);
  return level === null ? 'no login' : `level ${level} (${LEVEL_NAMES[level]})`;
}

/** What the frame shows somebody of whom nothing is known. */
export const NO_FRAME: Frame = { viewer: null, places: [] };
