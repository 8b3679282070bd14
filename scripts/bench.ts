import { rmSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { benchAccuracy } from './bench/accuracy';
import { benchCsv } from './bench/csv';
import { benchDetection } from './bench/detection';
import { benchImport } from './bench/import';
import { benchIngest } from './bench/ingest';
import { benchLive } from './bench/live';
import { benchLogins } from './bench/logins';
import { benchReading } from './bench/reading';
import { asJson, asText, type BenchReport, type Row } from './bench/report';

const USAGE = `Usage: npm run bench [-- [--json] [NAME…]]
Measures what Pitwall must reach, each figure beside a baseline of the same run. Without names: all of them.`;

/** Every bench by its name; each gets a temporary folder of its own. */
const BENCHES: Record<string, (folder: string) => Row[] | Promise<Row[]>> = {
  detection: benchDetection,
  csv: benchCsv,
  import: benchImport,
  ingest: benchIngest,
  reading: benchReading,
  live: benchLive,
  logins: benchLogins,
  accuracy: benchAccuracy,
};

/** Runs one bench in a folder that is gone afterwards, also when the bench is interrupted. */
async function runBench(bench: (folder: string) => Row[] | Promise<Row[]>): Promise<Row[]> {
  const folder = await mkdtemp(join(tmpdir(), 'pitwall-bench-'));
  const interrupted = () => {
    rmSync(folder, { recursive: true, force: true });
    process.exit(130);
  };
  process.once('SIGINT', interrupted).once('SIGTERM', interrupted);
  try {
    return await bench(folder);
  } finally {
    process.off('SIGINT', interrupted).off('SIGTERM', interrupted);
    await rm(folder, { recursive: true, force: true });
  }
}

/** The innermost reason in one line: a failed query carries its cause, and its own text holds every value. */
function reasonOf(error: unknown): string {
  const inner = error instanceof Error && error.cause !== undefined ? error.cause : error;
  const text = inner instanceof Error ? inner.message : String(inner);
  return (text.split('\n')[0] ?? '').slice(0, 300);
}

async function runBenches(names: readonly string[]): Promise<BenchReport> {
  const began = performance.now();
  const rows: Row[] = [];
  const skipped: BenchReport['skipped'] = [];
  for (const name of names) {
    const bench = BENCHES[name];
    if (!bench) continue;
    process.stderr.write(`measuring ${name} …\n`);
    try {
      rows.push(...(await runBench(bench)));
    } catch (error) {
      skipped.push({ bench: name, reason: reasonOf(error) });
      process.exitCode = 1;
    }
  }
  return {
    node: process.versions.node,
    platform: `${process.platform} ${process.arch}`,
    cores: availableParallelism(),
    seconds: (performance.now() - began) / 1000,
    rows,
    skipped,
  };
}

async function main(args: readonly string[]): Promise<void> {
  const names = args.filter((arg) => !arg.startsWith('-'));
  const unknown = [
    ...names.filter((name) => !(name in BENCHES)),
    ...args.filter((arg) => arg.startsWith('-') && arg !== '--json'),
  ];
  if (unknown.length > 0) {
    process.stderr.write(
      `There is no ${unknown.join(', ')}.\n${USAGE}\nNames: ${Object.keys(BENCHES).join(', ')}.\n`,
    );
    process.exitCode = 1;
    return;
  }
  const report = await runBenches(names.length > 0 ? names : Object.keys(BENCHES));
  process.stdout.write(`${args.includes('--json') ? asJson(report) : asText(report)}\n`);
}

await main(process.argv.slice(2));
