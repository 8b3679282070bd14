import { createReadStream } from 'node:fs';
import { open, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { openReader } from '@/lib/formats/registry';
import type { Recording } from '@/lib/formats/types';
import { randomFrom } from '@/lib/simulator/random';
import { montmelo } from '@/lib/simulator/track';
import { sideBySide } from './measure';
import type { Row } from './report';

const ROWS = 515_000;
const CHANNELS = 29;
const COLUMNS = 5 + CHANNELS;
const BAR_MS = 1000;
const CHUNK_BYTES = 1 << 20;
/** Different lines repeated with new times: making half a million of them anew would take longer than reading. */
const TEMPLATES = 997;

/** Writes a CSV of 515,000 rows and 34 columns, about 104 MB, shaped like a logger's export. */
async function writeBigCsv(path: string): Promise<void> {
  const random = randomFrom('csv');
  const [start] = montmelo().checkpoints;
  const at = start?.points[0] ?? { x: 2.26, y: 41.57 };
  const tails = Array.from({ length: TEMPLATES }, () => {
    const place = [at.y + random.gaussian(0.004), at.x + random.gaussian(0.004)].map((v) => v.toFixed(7));
    const motion = [random.between(0, 70).toFixed(2), random.between(0, 360).toFixed(1)];
    const channels = Array.from({ length: CHANNELS }, (_, i) =>
      random.gaussian(10 ** (i % 3)).toFixed(i % 2 === 0 ? 1 : 2),
    );
    return `,${[...place, ...motion, ...channels].join(',')}\n`;
  });
  const names = Array.from({ length: CHANNELS }, (_, i) => `channel_${i + 1}`);
  const file = await open(path, 'w');
  try {
    await file.write(`time_ms,lat,lon,speed_mps,course_deg,${names.join(',')}\n`);
    const block: string[] = [];
    for (let row = 0; row < ROWS; row++) {
      block.push(String(1_780_000_000_000 + row * 40), tails[row % TEMPLATES] ?? '');
      if (block.length >= 40_000 || row === ROWS - 1) await file.write(block.splice(0).join(''));
    }
  } finally {
    await file.close();
  }
}

/** Streams a file through the reader that its content chooses, as the import does. */
async function readRecordingFile(path: string): Promise<Recording> {
  const reader = openReader(basename(path));
  for await (const chunk of createReadStream(path, { highWaterMark: CHUNK_BYTES })) {
    if (chunk instanceof Uint8Array) reader.push(chunk);
  }
  return reader.end();
}

/** The baseline: read the file in the same pieces and look at every byte for the line ends. */
async function scanLines(path: string): Promise<number> {
  let lines = 0;
  for await (const chunk of createReadStream(path, { highWaterMark: CHUNK_BYTES })) {
    if (!(chunk instanceof Uint8Array)) continue;
    for (let at = chunk.indexOf(10); at >= 0; at = chunk.indexOf(10, at + 1)) lines++;
  }
  return lines;
}

/** A 104 MB CSV from the disk into columns, beside a plain scan for its line ends. */
export async function benchCsv(folder: string): Promise<Row[]> {
  const path = join(folder, 'big.csv');
  await writeBigCsv(path);
  const { size } = await stat(path);
  let [rows, channels, lines] = [0, 0, 0];
  const { firstMs, secondMs } = await sideBySide(
    5,
    async () => {
      const [device] = (await readRecordingFile(path)).devices;
      rows = device?.fixes.count ?? 0;
      channels = device?.channels.length ?? 0;
    },
    async () => {
      lines = await scanLines(path);
    },
  );
  if (rows !== ROWS || channels !== CHANNELS || lines !== ROWS + 1)
    throw new Error(`The big CSV gave ${rows} rows and ${channels} channels, ${lines} lines.`);
  return [
    {
      work: `CSV of ${Math.round(size / 1e6)} MB, ${ROWS.toLocaleString('en-US')} × ${COLUMNS}, into columns`,
      result: { name: 'read', value: firstMs, unit: 'ms' },
      baseline: { name: 'scan for line ends', value: secondMs, unit: 'ms' },
      ratio: firstMs / secondMs,
      bar: `≤ ${BAR_MS} ms`,
      met: firstMs <= BAR_MS,
      more: [{ name: 'throughput', value: size / 1e3 / firstMs, unit: 'MB/s' }],
    },
  ];
}
