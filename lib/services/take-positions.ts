import { INGEST_LIMITS, type IngestAnswer, type RefusedFix } from '@/lib/contracts/ingest';
import { type LiveDevice, liveDevicesById } from '@/lib/db/live-devices';
import { AppError, notFound } from '@/lib/errors';
import type { FeedFault, FeedLine, ParsedFeed, SenderDevice } from '@/lib/feeds/feed-lines';
import type { Verdict } from '@/lib/live/ingest';
import type { ServiceContext } from './context';
import {
  devicesNamed,
  findOrMakeDevices,
  ingestDeviceOf,
  type NamedDevice,
  reasonWords,
} from './live-devices';
import { requireShared } from './rights';
import { verb } from './verb';

/** So many refusals are told one by one. */
const MOST_ERRORS = 100;

/**
 * Stores fixes of one or several devices; a device's own name is made a device when it is new. Throws an AppError
 * before anything is stored: 403 for a device of somebody else, 404 for an id that is none, 413 for too many fixes,
 * 422 when every line is malformed; and 429 `busy`, after which the whole may be sent again.
 */
export const takePositions = verb('position.create', async (ctx, feed: ParsedFeed): Promise<IngestAnswer> => {
  const { lines, faults } = feed;
  if (lines.length + faults.length > INGEST_LIMITS.fixesPerRequest)
    throw new AppError(
      'too_large',
      413,
      `A request may hold ${INGEST_LIMITS.fixesPerRequest} fixes; this one has ${lines.length + faults.length}. Send them in several.`,
    );
  const deviceOf = await devicesOf(ctx, feed);
  const { groups, misfits } = grouped(lines, deviceOf);
  const allFaults = [...faults, ...misfits];
  countFaults(ctx, allFaults, deviceOf);
  if (allFaults.length > 0 && groups.size === 0) throw allMalformed(allFaults);
  const taken = await Promise.allSettled(
    [...groups.values()].map(async ({ device, lines: own }) => {
      const verdicts = await ctx.ingest.take(
        ingestDeviceOf(device),
        own.map(({ fix }) => fix),
      );
      return own.map(({ index }, at) => ({ index, verdict: verdicts[at] ?? 'conflict' }));
    }),
  );
  // All have ended: what is stored now is a duplicate when the whole comes again.
  const failed = taken.find((one) => one.status === 'rejected');
  if (failed) throw failed.reason;
  return answerOf(
    taken.flatMap((one) => (one.status === 'fulfilled' ? one.value : [])),
    allFaults,
  );
});

/** Finds the device that a line means. */
type DeviceOf = (device: SenderDevice | null) => LiveDevice | undefined;

async function devicesOf(ctx: ServiceContext, { lines, faults }: ParsedFeed): Promise<DeviceOf> {
  const ids = new Set<number>();
  const names = new Map<string, NamedDevice>();
  for (const { device, frame } of lines) {
    if ('id' in device) ids.add(device.id);
    else if (!names.has(device.name)) names.set(device.name, { name: device.name, frame });
  }
  const byId = new Map((await liveDevicesById(ctx.db, [...ids])).map((row) => [row.id, row]));
  const absent = [...ids].find((id) => !byId.has(id));
  if (absent !== undefined) throw notFound(`device ${absent}`);
  // Those that are there are looked at first: nothing is made by a request that is refused.
  const known = await devicesNamed(ctx, 'api', [...names.keys()]);
  for (const row of [...byId.values(), ...known.values()]) requireOpen(ctx, row);
  const byName = await findOrMakeDevices(ctx, 'api', names, known);
  for (const row of byName.values()) requireOpen(ctx, row);
  const blamed = faults.flatMap(({ device }) => (device && 'name' in device ? [device.name] : []));
  for (const [name, row] of await devicesNamed(ctx, 'api', [...new Set(blamed)]))
    if (!byName.has(name)) byName.set(name, row);
  return (device) => {
    if (device === null) return undefined;
    return 'id' in device ? byId.get(device.id) : byName.get(device.name);
  };
}

/** Throws unless the caller may send fixes of the device. */
function requireOpen(ctx: ServiceContext, device: LiveDevice): void {
  requireShared(ctx, 'position.create', device);
  if (device.source === 'file' || device.source === 'simulator')
    throw new AppError(
      'not_live',
      409,
      `Device ${device.id} is a recording and takes no further fixes. Send them under a name of your own: device.`,
    );
}

type Group = { device: LiveDevice; lines: FeedLine[] };

/** The lines by device, and those whose frame is not their device's. */
function grouped(lines: readonly FeedLine[], deviceOf: DeviceOf) {
  const groups = new Map<number, Group>();
  const misfits: FeedFault[] = [];
  for (const line of lines) {
    const device = deviceOf(line.device);
    if (!device || device.frame !== line.frame) {
      const wanted = device?.frame === 'planar' ? 'x_m and y_m' : 'lat and lon';
      const message = `device ${device?.name} sends ${wanted}`;
      misfits.push({ index: line.index, device: line.device, reason: 'malformed', message });
      continue;
    }
    const group = groups.get(device.id);
    if (group) group.lines.push(line);
    else groups.set(device.id, { device, lines: [line] });
  }
  return { groups, misfits };
}

function countFaults(ctx: ServiceContext, faults: readonly FeedFault[], deviceOf: DeviceOf): void {
  for (const { device, reason } of faults) {
    const known = deviceOf(device);
    if (known) ctx.ingest.refuse(known.id, reason, 1);
  }
}

function allMalformed(faults: readonly FeedFault[]): AppError {
  const first = faults[0];
  const errors = faults
    .slice(0, MOST_ERRORS)
    .map(({ index, message }) => ({ field: `fixes.${index}`, message }));
  return new AppError(
    'malformed',
    422,
    `None of the ${faults.length} fixes can be read; the first one: ${first?.message}.`,
    errors,
  );
}

function answerOf(
  taken: readonly { index: number; verdict: Verdict }[],
  faults: readonly FeedFault[],
): IngestAnswer {
  const refused: Record<string, number> = {};
  const errors: RefusedFix[] = [];
  const refuse = (error: RefusedFix): void => {
    refused[error.reason] = (refused[error.reason] ?? 0) + 1;
    errors.push(error);
  };
  let [stored, duplicates] = [0, 0];
  for (const { index, verdict } of taken) {
    if (verdict === 'stored') stored++;
    else if (verdict === 'duplicate') duplicates++;
    else refuse({ index, reason: verdict, message: reasonWords(verdict) });
  }
  for (const { index, reason, message } of faults) refuse({ index, reason, message });
  errors.sort((a, b) => a.index - b.index);
  return { stored, duplicates, refused, errors: errors.slice(0, MOST_ERRORS) };
}
