import { startRuntime } from '@/lib/start-runtime';

/** The product without its web server, to be killed: url, kind, data folder and worker come as arguments. */
const [databaseUrl = '', databaseKind = '', dataDir = '', workerFile = ''] = process.argv.slice(2);
await startRuntime({
  databaseUrl,
  databaseKind: databaseKind === 'embedded' ? 'embedded' : 'postgresql',
  dataDir,
  workerFile,
  version: 'test',
  auth: { secret: 'a secret of the tests, long enough for them' },
  demo: false,
  upkeep: false,
  backoffScale: 0.01,
});
process.stdout.write('ready\n');
