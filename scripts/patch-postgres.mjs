// Repairs how the `postgres` driver loses a connection. Unrepaired, a delayed write meets a null socket and ends the
// process; so does a connection lost during its first query (for the types); a query sent between the socket's
// error and its close waits for ever; a FATAL error is reported once more, on the next connection; and what a
// transaction's code still sends runs on that next connection, in the middle of another's work. Runs after every
// install; a second run changes nothing.
import { readFileSync, realpathSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const VERSION = '3.4.9';

/** File of the driver → what is replaced in it. */
const CHANGES = {
  'connection.js': [
    {
      before: `    id
  }

  queues.closed`,
      after: `    id,
    epoch: 0
  }

  queues.closed`,
    },
    {
      before: `  function nextWrite(fn) {
    const x`,
      after: `  function lose() {
    const lost = Errors.connection('CONNECTION_CLOSED', options)
    chunk = nextWriteTimer = errorResponse = null
    stream && (stream.destroy(lost), stream = null)
    query && (queryError(query, lost), query = null)
    while (sent.length)
      queryError(sent.shift(), lost)
  }

  function nextWrite(fn) {
    if (socket === null || socket.connecting)
      return lose(), false
    const x`,
    },
    {
      before: `    socket = null

    if (initial)
      return reconnect()

    !hadError && (query || sent.length) && error(Errors.connection('CONNECTION_CLOSED', options, socket))
`,
      after: `    socket = null
    connection.epoch++
    lose()

    if (initial)
      return reconnect()

`,
    },
    {
      before: `        return fetchArrayTypes()
`,
      after: `        return fetchArrayTypes().catch(() => {})
`,
    },
  ],
  'index.js': [
    {
      before: `      let uncaughtError
        , result
`,
      after: `      const epoch = c.epoch
      let uncaughtError
        , result
`,
    },
    {
      before: `        q.catch(e => uncaughtError || (uncaughtError = e))
        c.queue === full`,
      after: `        q.catch(e => uncaughtError || (uncaughtError = e))
        if (c.epoch !== epoch)
          return q.reject(Errors.connection('CONNECTION_CLOSED', options))
        c.queue === full`,
    },
  ],
};

/**
 * The repaired text of one of the driver's files. Text that is repaired already comes back as it is; text that is
 * neither is refused, because then nobody knows what the repair would do.
 * @param {keyof typeof CHANGES} file @param {string} source
 */
export function repair(file, source) {
  return CHANGES[file].reduce((text, { before, after }) => {
    if (text.includes(after)) return text;
    if (text.split(before).length !== 2)
      throw new Error(`postgres/${file} is not what the repair was written for.`);
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
  // Node loads src/ for import and cjs/src/ for require.
  for (const build of ['src', join('cjs', 'src')]) {
    for (const file of /** @type {(keyof typeof CHANGES)[]} */ (Object.keys(CHANGES))) {
      const path = join(folder, build, file);
      const source = readFileSync(path, 'utf8').replaceAll('\r\n', '\n');
      const repaired = repair(file, source);
      if (repaired !== source) writeFileSync(path, repaired);
    }
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
