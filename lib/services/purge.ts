import { deleteDevice } from '@/lib/db/devices';
import { patiently } from '@/lib/db/patience';
import { deleteBlocks, deleteFixes } from '@/lib/db/positions';
import type { ServiceContext } from './context';

/** Rows per statement: a short turn on the embedded database. */
const ROWS = 5000;

/** Deletes a condemned device with its fixes and channels, piece by piece. May be repeated. */
export async function purgeDevice({ db }: Pick<ServiceContext, 'db'>, id: number): Promise<void> {
  while ((await patiently(() => deleteFixes(db, id, ROWS))) > 0);
  await patiently(() => deleteBlocks(db, id));
  await patiently(async () => {
    await deleteDevice(db, id);
  });
}
