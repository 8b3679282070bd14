import type { FeedMessages } from '@/lib/contracts/feeds';
import { trackToFile } from '@/lib/formats/track-file';
import type { ServiceContext } from './context';
import type { FeedDevices } from './feed-devices';
import { addEntry, addMark, closeLive, openLive } from './live-sessions';
import { createTrack, readTrack } from './track-edits';
import { equalTrack } from './track-store';

type EntryFacts = Omit<FeedMessages['entry'], 'type' | 'id' | 'session_id'>;

const entryOf = (devices: FeedDevices, { device, number, driver, car, car_class }: EntryFacts) => ({
  device_id: devices.get(device).id,
  number,
  driver,
  car,
  car_class,
});

const instantOf = (ms: number): string => new Date(ms).toISOString();

/** Opens the session of a feed; gives its id. */
export async function openFeedSession(
  ctx: ServiceContext,
  devices: FeedDevices,
  message: FeedMessages['session open'],
): Promise<number> {
  const { name, kind, laps_target, duration_target_ms, from_ms, entries } = message;
  const facts = { name, kind, laps_target, duration_target_ms, delay_s: 0, opened_by: 'feed' as const };
  const listed = entries.map((entry) => entryOf(devices, entry));
  const track_id = await trackOf(ctx, message);
  const from = from_ms === undefined ? {} : { from: instantOf(from_ms) };
  const { session_id } = await openLive(ctx, { ...facts, track_id, ...from, entries: listed });
  return session_id;
}

/** The track that the message names, or the one that its file is. */
async function trackOf(
  ctx: ServiceContext,
  { track_id, track }: FeedMessages['session open'],
): Promise<number | null> {
  if (track_id !== undefined && track_id !== null) return track_id;
  if (track === undefined || track === null) return null;
  const read = readTrack(track);
  // A feed may drive on a track that is there without the right to add one.
  const known = await equalTrack(ctx.db, read);
  return known ? known.id : (await createTrack(ctx, trackToFile(read))).id;
}

export async function closeFeedSession(
  ctx: ServiceContext,
  { session_id }: FeedMessages['session close'],
): Promise<number> {
  await closeLive(ctx, { session_id });
  return session_id;
}

export async function addFeedEntry(
  ctx: ServiceContext,
  devices: FeedDevices,
  { session_id, ...facts }: FeedMessages['entry'],
): Promise<number> {
  return (await addEntry(ctx, { session_id, ...entryOf(devices, facts) })).entry_id;
}

export async function addFeedFlag(
  ctx: ServiceContext,
  { session_id, kind, text, at_ms }: FeedMessages['flag'],
): Promise<number> {
  return (await addMark(ctx, { session_id, kind, text, at: instantOf(at_ms) })).id;
}
