import { csv } from './csv';
import { dove } from './dove';
import { refuseForeignFile, unknownFile } from './foreign-files';
import { gpx } from './gpx';
import { json } from './json';
import { lfsRaf } from './lfs-raf';
import { nmea } from './nmea';
import { racechronoCsv } from './racechrono-csv';
import { withPlainNames } from './recording';
import { decodeText } from './text';
import { trackaddict } from './trackaddict';
import type { FileHead, Format, FormatReader, ReaderOptions, Recording } from './types';
import { vbo } from './vbo';

/** Every format that is known; the first of equal claims wins. */
export const FORMATS: readonly Format[] = [
  dove,
  vbo,
  racechronoCsv,
  trackaddict,
  nmea,
  gpx,
  lfsRaf,
  json,
  csv,
];

/** So many first bytes decide what a file is. */
export const HEAD_BYTES = 65_536;

/** The head of a file from its first bytes (HEAD_BYTES of them, or the whole file). */
export function fileHead(name: string, bytes: Uint8Array): FileHead {
  const head = bytes.subarray(0, HEAD_BYTES);
  return { name, bytes: head, text: decodeHead(head) };
}

/** The format of a file by its content; its name only decides between equal claims. null = none knows it. */
export function sniffFormat(head: FileHead): Format | null {
  const extension = /\.([^.]+)$/.exec(head.name)?.[1]?.toLowerCase() ?? '';
  let best: { format: Format; claim: number } | null = null;
  for (const format of FORMATS) {
    const content = format.sniff(head);
    const claim = content > 0 ? content + (format.extensions.includes(extension) ? 0.001 : 0) : 0;
    if (claim > (best?.claim ?? 0)) best = { format, claim };
  }
  return best?.format ?? null;
}

/**
 * A reader for a file of any known format, which its first bytes choose. Throws a FormatError (from push or end)
 * when the file is empty, compressed, of no known format, or wrong in itself.
 */
export function openReader(name: string, options: ReaderOptions = {}): FormatReader {
  let reader: FormatReader | null = null;
  let kept = new Uint8Array(0);

  function open(): FormatReader {
    const head = fileHead(name, kept);
    refuseForeignFile(head);
    const format = sniffFormat(head);
    if (!format)
      throw unknownFile(
        head,
        FORMATS.map(({ label }) => label),
      );
    const opened = format.reader(head, options);
    opened.push(kept);
    kept = new Uint8Array(0);
    return opened;
  }

  return {
    push(chunk) {
      if (reader) {
        reader.push(chunk);
        return;
      }
      const longer = new Uint8Array(kept.length + chunk.length);
      longer.set(kept);
      longer.set(chunk, kept.length);
      kept = longer;
      if (kept.length >= HEAD_BYTES) reader = open();
    },
    end() {
      reader ??= open();
      return withPlainNames(reader.end());
    },
  };
}

/** The recording in a whole file; the same errors as openReader. */
export function readRecording(name: string, bytes: Uint8Array, options: ReaderOptions = {}): Recording {
  const reader = openReader(name, options);
  reader.push(bytes);
  return reader.end();
}

/** Text of the first bytes; a character that they cut in two is dropped, a byte order mark too. */
function decodeHead(bytes: Uint8Array): string {
  let end = bytes.length;
  if (bytes.length === HEAD_BYTES) {
    while (end > bytes.length - 4 && ((bytes[end - 1] ?? 0) & 0xc0) === 0x80) end--;
    if (((bytes[end - 1] ?? 0) & 0xc0) === 0xc0) end--;
  }
  return decodeText(bytes.subarray(0, end)).replace(/^\uFEFF/, '');
}
