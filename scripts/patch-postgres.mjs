// Repairs the `postgres` driver: when a connection dies while a query of a transaction is in flight, its delayed
// write meets a null socket and ends the process; and a FATAL error that ended a connection is reported once more,
// for the first query on the next connection. Runs after every install; a second run changes nothing.
import { readFileSync, realpathSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const VERSION = '3.4.9';

const CHANGES = [
  {
    before: `  function nextWrite(fn) {
    const x = socket.write(chunk, fn)`,
    after: `  function nextWrite(fn) {
    if (socket === null) {
      chunk = nextWriteTimer = null
      const lost = Errors.connection('CONNECTION_CLOSED', options)
      query && queryError(query, lost)
      while (sent.length)
        queryError(sent.shift(), lost)
      return false
    }
    const x = socket.write(chunk, fn)`,
  },
  {
    before: `    clearImmediate(nextWriteTimer)
    socket.removeListener('data', data)`,
    after: `    clearImmediate(nextWriteTimer)
    chunk = nextWriteTimer = errorResponse = null
    socket.removeListener('data', data)`,
  },
];

/**
 * The repaired text of the driver's connection.js. Text that is repaired already comes back as it is; text that is
 * neither is refused, because then nobody knows what the repair would do.
 * @param {string} source @param {string} name for the error
 */
export function patchConnection(source, name) {
  return CHANGES.reduce((text, { before, after }) => {
    if (text.includes(after)) return text;
    if (text.split(before).length !== 2) throw new Error(`${name} is not what the repair was written for.`);
    return text.replace(before, () => after);
  }, source);
}

/** Repairs the driver in a project's node_modules. @param {string} root */
export function patchPostgres(root) {
  const folder = join(root, 'node_modules', 'postgres');
  const { version } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  if (version !== VERSION)
    throw new Error(
      `postgres ${version} is installed, the repair is for ${VERSION}. See whether ${version} still needs it and change scripts/patch-postgres.mjs.`,
    );
  for (const file of [join('src', 'connection.js'), join('cjs', 'src', 'connection.js')]) {
    const path = join(folder, file);
    const source = readFileSync(path, 'utf8').replaceAll('\r\n', '\n');
    const patched = patchConnection(source, `postgres/${file}`);
    if (patched !== source) writeFileSync(path, patched);
  }
}

if (process.argv[1] && fileURLToPath(import.meta.url) === realpathSync(process.argv[1])) {
  try {
    patchPostgres(dirname(dirname(fileURLToPath(import.meta.url))));
  } catch (error) {
    console.error(`The postgres driver could not be repaired: ${error.message}`);
    process.exit(1);
  }
}
