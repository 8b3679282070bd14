import { connection } from 'next/server';
import type { Frame } from '@/components/ui/frame';
import type { Preferences } from '@/components/ui/preference-cookies';
import { LEVEL_NAMES } from '@/lib/auth/permissions';
import { messageOf } from '@/lib/errors';
import { log } from '@/lib/log';
import { getMe } from '@/lib/services/me';
import { viewerContext } from './page-context';
import { NO_FRAME, placesOf } from './places';

/**
 * What the frame around every page needs: who looks, where that person may go, and the account's own theme and
 * units (null = the browser's cookies have to do). While the database is away the frame stays, empty: the page in
 * it says what is wrong.
 */
export async function frameOfViewer(): Promise<{ frame: Frame; preferences: Preferences | null }> {
  // Outside of the try: it is how Next hears that the page depends on the request.
  await connection();
  try {
    const ctx = await viewerContext();
    const { actor } = ctx.caller;
    const places = placesOf(ctx);
    if (actor.kind !== 'user') return { frame: { viewer: null, places }, preferences: null };
    const { theme, units } = await getMe(ctx, undefined);
    const { userId: id, username, level } = actor;
    const viewer = { id, username, level, levelName: LEVEL_NAMES[level] };
    return { frame: { viewer, places }, preferences: { theme, units } };
  } catch (error) {
    log.warn('A page has an empty frame', { error: messageOf(error) });
    return { frame: NO_FRAME, preferences: null };
  }
}
