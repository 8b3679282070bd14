import { type Db, inTransaction } from '@/lib/db/client';
import { condemnDevices, devicesWithoutSession } from '@/lib/db/devices';
import {
  deleteImports,
  type ImportPatch,
  importsOfDevices,
  importsOfHash,
  setImportDevices,
  updateImport,
} from '@/lib/db/imports';
import { deleteSessionRows, entriesOf, type SessionRow, sessionOfDevices } from '@/lib/db/sessions';
import { notFound } from '@/lib/errors';
import { audit } from './audit';
import { tellImport } from './import/progress';
import { requireOwn } from './rights';
import { seenSession } from './sessions';
import { verb } from './verb';

/**
 * Deletes a session with its laps and with those of its devices that came from a file for it alone: their fixes, and
 * the imports and uploads that brought them, so that the same file can be imported anew. The fixes follow in a job.
 * Who had imported the same file and was led to this session is told so by his import, which failed by it.
 */
export const deleteSession = verb('session.delete', async (ctx, id: number): Promise<void> => {
  const session = await seenSession(ctx, id);
  requireOwn(ctx, 'session.delete', session.ownerId, `session ${id}`);
  const { hashes, bereft } = await inTransaction(ctx.db, async (tx) => {
    const all = (await entriesOf(tx, id)).map((entry) => entry.deviceId);
    // Of two who delete it at once the second waits here, and then finds nothing.
    if ((await deleteSessionRows(tx, [id])) === 0) throw notFound(`session ${id}`);
    const devices = await devicesWithoutSession(tx, all, session.ownerId);
    await condemnDevices(tx, devices);
    const forgotten = await forgetImports(tx, devices, session);
    if (devices.length > 0)
      await ctx.queue.send({ name: 'devices/condemned', data: { device_ids: devices } }, tx);
    const target = { noun: 'session', id, name: session.name };
    const details = { devices: devices.length, imports_of_others: forgotten.bereft.length };
    await audit(tx, ctx, { action: 'session.delete', target, details });
    return forgotten;
  });
  for (const other of bereft) await tellImport(ctx, other);
  for (const hash of hashes) await ctx.spool.remove(hash);
});

type Forgotten = {
  /** Contents that no import needs any more. */
  hashes: string[];
  /** Imports of other accounts that led to the session. */
  bereft: number[];
};

/** Takes devices out of their imports; those that lose their last device are gone. */
async function forgetImports(
  tx: Db,
  devices: readonly number[],
  session: Pick<SessionRow, 'name' | 'ownerId'>,
): Promise<Forgotten> {
  const forgotten: Forgotten = { hashes: [], bereft: [] };
  for (const row of await importsOfDevices(tx, devices)) {
    const left = row.deviceIds.filter((id) => !devices.includes(id));
    if (left.length > 0) {
      await setImportDevices(tx, row.id, left);
      await updateImport(tx, row.id, { sessionId: await sessionOfDevices(tx, left) });
      continue;
    }
    const same = row.hash ? await importsOfHash(tx, row.hash) : [row];
    const done = same.filter((other) => other.id === row.id || other.status === 'done');
    const [own, others] = parted(done, (other) => other.id === row.id || other.ownerId === session.ownerId);
    await deleteImports(
      tx,
      own.map((other) => other.id),
    );
    for (const other of others) await updateImport(tx, other.id, bereftOf(session.name));
    forgotten.bereft.push(...others.map((other) => other.id));
    if (row.hash && same.every((other) => other.status === 'done' || other.status === 'failed'))
      forgotten.hashes.push(row.hash);
  }
  return forgotten;
}

const bereftOf = (name: string): ImportPatch => ({
  status: 'failed',
  phase: 'failed',
  message: `its session ${name} was deleted: import the file again`,
  sessionId: null,
});

function parted<Item>(items: readonly Item[], isFirst: (item: Item) => boolean): [Item[], Item[]] {
  return [items.filter(isFirst), items.filter((item) => !isFirst(item))];
}
