import { binaryAt } from './text';
import { looksLikeTrackFile } from './track-file';
import { type FileHead, FormatError } from './types';

const MAGIC: readonly (readonly [readonly number[], string])[] = [
  [[0x1f, 0x8b], 'This file is compressed with gzip: unpack it first.'],
  [
    [0x50, 0x4b, 0x03, 0x04],
    'This file is a zip archive: unpack it first (for RaceChrono: export as CSV v3).',
  ],
  [[0x50, 0x4b, 0x05, 0x06], 'This file is an empty zip archive: record or export it again.'],
  [[0x42, 0x5a, 0x68], 'This file is compressed with bzip2: unpack it first.'],
  [[0xfd, 0x37, 0x7a, 0x58, 0x5a], 'This file is compressed with xz: unpack it first.'],
  [[0x28, 0xb5, 0x2f, 0xfd], 'This file is compressed with zstd: unpack it first.'],
  [[0x25, 0x50, 0x44, 0x46], 'This file is a PDF: export the recording as data.'],
];

/**
 * Refuses what no reader should see, whatever its name says: empty, compressed, UTF-16, web pages, track
 * files, and text without line feeds. Throws a FormatError with the remedy.
 */
export function refuseForeignFile(head: FileHead): void {
  const { bytes, text } = head;
  if (bytes.length === 0) throw new FormatError('This file is empty: record or copy it again.');
  const magic = MAGIC.find(([start]) => start.every((byte, index) => bytes[index] === byte));
  if (magic) throw new FormatError(magic[1], null, 0);
  if (isUtf16(bytes))
    throw new FormatError('This file is encoded as UTF-16 (or UTF-32): save it as UTF-8.', 1);
  if (/^\s*(<!doctype html|<html[\s>])/i.test(text)) {
    throw new FormatError(
      'This file is a web page, perhaps an error or log-in page saved under its name: download it again.',
      1,
    );
  }
  if (looksLikeTrackFile(head)) {
    throw new FormatError('This is a track file, not a recording: use it as the track.');
  }
  if (!bytes.includes(0) && !bytes.includes(10) && (text.match(/\r/g)?.length ?? 0) > 1) {
    throw new FormatError('The lines of this file end in lone carriage returns: save it with LF or CRLF.', 1);
  }
}

/** The error for a file that no format knows, as precise as its head allows. */
export function unknownFile(head: FileHead, labels: readonly string[]): FormatError {
  const known = `Known formats: ${labels.join(', ')}.`;
  if (head.text.trim() === '')
    return new FormatError('This file holds only blanks: record or copy it again.');
  if (binaryAt(head.text) >= 0)
    return new FormatError(`This file is binary data of a kind that is not known. ${known}`, null, 0);
  if (/^\s*<\?xml|^\s*<\w/.test(head.text)) return new FormatError(`This is XML, but no GPX. ${known}`, 1);
  return new FormatError(`This text is of no known format. ${known}`, 1);
}

/** A byte order mark, or zeros in every second place as Latin text has them in UTF-16. */
function isUtf16(bytes: Uint8Array): boolean {
  const [a, b] = bytes;
  if ((a === 0xff && b === 0xfe) || (a === 0xfe && b === 0xff)) return true;
  const sample = bytes.subarray(0, 64);
  if (sample.length < 8) return false;
  const zeros = (parity: number) => sample.filter((byte, index) => byte === 0 && index % 2 === parity).length;
  const half = Math.floor(sample.length / 2);
  return (zeros(0) === 0 && zeros(1) >= half - 1) || (zeros(1) === 0 && zeros(0) >= half - 1);
}
