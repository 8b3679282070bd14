import { type Db, inTransaction } from '@/lib/db/client';
import { condemnDevices, devicesWithoutSession } from '@/lib/db/devices';
import {
  deleteImports,
  importsOfDevices,
  importsOfHash,
  setImportDevices,
  updateImport,
} from '@/lib/db/imports';
import { deleteSessionRows, entriesOf, sessionOfDevices } from '@/lib/db/sessions';
import { audit } from './audit';
import { requireOwn } from './rights';
import { seenSession } from './sessions';
import { verb } from './verb';

/**
 * Deletes a session with its laps and with those of its devices that came from a file for it alone: their fixes, and
 * the imports and uploads that brought them, so that the same file can be imported anew. The fixes follow in a job.
 */
export const deleteSession = verb('session.delete', async (ctx, id: number): Promise<void> => {
  const session = await seenSession(ctx, id);
  requireOwn(ctx, 'session.delete', session.ownerId, `session ${id}`);
  const freed = await inTransaction(ctx.db, async (tx) => {
    const all = (await entriesOf(tx, id)).map((entry) => entry.deviceId);
    await deleteSessionRows(tx, [id]);
    const devices = await devicesWithoutSession(tx, all, session.ownerId);
    await condemnDevices(tx, devices);
    const hashes = await forgetImports(tx, devices);
    if (devices.length > 0)
      await ctx.queue.send({ name: 'devices/condemned', data: { device_ids: devices } }, tx);
    const target = { noun: 'session', id, name: session.name };
    await audit(tx, ctx, { action: 'session.delete', target, details: { devices: devices.length } });
    return hashes;
  });
  for (const hash of freed) await ctx.spool.remove(hash);
});

/** Takes devices out of their imports; gives the hashes of the imports that are gone with their last device. */
async function forgetImports(tx: Db, devices: readonly number[]): Promise<string[]> {
  const freed: string[] = [];
  for (const row of await importsOfDevices(tx, devices)) {
    const left = row.deviceIds.filter((id) => !devices.includes(id));
    if (left.length > 0) {
      await setImportDevices(tx, row.id, left);
      await updateImport(tx, row.id, { sessionId: await sessionOfDevices(tx, left) });
      continue;
    }
    const same = row.hash ? await importsOfHash(tx, row.hash) : [row];
    const done = same.filter((other) => other.id === row.id || other.status === 'done');
    await deleteImports(
      tx,
      done.map((other) => other.id),
    );
    if (row.hash && done.length === same.length) freed.push(row.hash);
  }
  return freed;
}
