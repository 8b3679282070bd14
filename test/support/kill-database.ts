/** Kills the process of an embedded database. Throws when it has none: 0 would be every process of this group. */
export function killDatabase(database: { pid(): number | null }, signal: NodeJS.Signals = 'SIGKILL'): void {
  const pid = database.pid();
  if (!pid) throw new Error('The database has no process just now.');
  process.kill(pid, signal);
}
