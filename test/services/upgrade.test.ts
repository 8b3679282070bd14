import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { openDatabase } from '@/lib/db/client';
import { migrateDatabase } from '@/lib/db/migrate';
import { listDevices } from '@/lib/services/devices';
import { login } from '@/lib/services/login';
import { getSession, listSessions, updateSession } from '@/lib/services/sessions';
import { testDatabases } from '../support/database';
import { asking, makePerson } from '../support/people';
import { openProduct } from '../support/product';

const databases = await testDatabases({ migrate: false });
const MIGRATIONS = 'drizzle/migrations';

/** The migrations of the release that had no accounts: the first alone. */
const folder = mkdtempSync(join(tmpdir(), 'pitwall-before-'));
cpSync(MIGRATIONS, folder, { recursive: true });
const journalFile = join(folder, 'meta', '_journal.json');
const journal = JSON.parse(readFileSync(journalFile, 'utf8'));
writeFileSync(journalFile, JSON.stringify({ ...journal, entries: journal.entries.slice(0, 1) }));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe.each(databases)('a server without accounts, upgraded on $name', (database) => {
  test('keeps its sessions; they belong to nobody, and the first login makes the administrator', async () => {
    await migrateDatabase(database.url, folder);
    const { sql, close } = openDatabase(database.url, { max: 1 });
    await sql`insert into settings (key, value) values ('first-start', '{}')`;
    await sql`insert into devices (source, external_id, name, frame) values ('file', 'x:', 'old', 'wgs84')`;
    await sql`insert into sessions (name, kind, from_us, to_us, time_basis)
      values ('before accounts', 'practice', 0, 1000000, 'utc')`;
    await sql`insert into session_entries (session_id, device_id) values (1, 1)`;
    await sql`insert into imports (batch, file, hash, bytes, status, phase, device_ids, session_id)
      values ('b', 'old.csv', 'x', 1, 'done', 'done', '[1]', 1)`;
    await close();

    await migrateDatabase(database.url, MIGRATIONS);
    const product = await openProduct(database, { fresh: true });
    try {
      await product.runtime.sql`delete from users`;
      const nobody = asking(product.ctx, { kind: 'nobody' });
      const here = { ...nobody, caller: { ...nobody.caller, isLocal: true } };
      const first = await login(here, { username: 'ada', password: 'long enough 1', browser: false });
      expect(first.user.level).toBe(5);
      const [one, two] = [await makePerson(product.ctx, 1), await makePerson(product.ctx, 2)];
      expect((await listSessions(one.ctx, { limit: 10, sort: 'newest' })).items).toMatchObject([
        { id: 1, name: 'before accounts', owner: null, entries: 1 },
      ]);
      expect((await listDevices(one.ctx, { limit: 10 })).items).toMatchObject([{ name: 'old', owner: null }]);
      await expect(updateSession(one.ctx, { id: 1, name: 'mine' })).rejects.toMatchObject({ status: 403 });
      await updateSession(two.ctx, { id: 1, name: 'after them' });
      expect((await getSession(one.ctx, 1)).name).toBe('after them');
    } finally {
      await product.stop();
    }
  });
});
