import { FormatError } from './types';

/** No logger writes such a line; a file that has one is no text, or lost its line ends. */
export const MAX_LINE_BYTES = 1 << 20;

const LINE_FEED = 10;
const CARRIAGE_RETURN = 13;

/**
 * Takes one line: the bytes [start, end) without its end, and its 1-based number. `bytes[end]` always exists
 * and is a line end. The bytes are only lent: copy what must stay.
 */
export type LineSink = (bytes: Uint8Array, start: number, end: number, line: number) => void;

export type LineReader = { push(chunk: Uint8Array): void; end(): void };

/**
 * Cuts a byte stream into lines (LF or CRLF) wherever its chunks end; drops a UTF-8 byte order mark.
 * Keeps one unfinished line at most. A line above 1 MiB is a FormatError.
 */
export function lineReader(sink: LineSink, firstLine = 1): LineReader {
  let line = firstLine;
  let kept = new Uint8Array(256);
  let keptLength = 0;

  function emit(bytes: Uint8Array, start: number, lineFeed: number): void {
    if (lineFeed - start > MAX_LINE_BYTES) throw tooLong(line);
    const from = line === firstLine ? start + byteOrderMark(bytes, start, lineFeed) : start;
    const end = lineFeed > from && bytes[lineFeed - 1] === CARRIAGE_RETURN ? lineFeed - 1 : lineFeed;
    sink(bytes, from, end, line);
    line++;
  }

  function keep(chunk: Uint8Array, start: number, end: number): void {
    const length = keptLength + end - start;
    if (length > MAX_LINE_BYTES) throw tooLong(line);
    if (length + 1 > kept.length) {
      const wider = new Uint8Array(Math.max(length + 1, kept.length * 2));
      wider.set(kept.subarray(0, keptLength));
      kept = wider;
    }
    kept.set(chunk.subarray(start, end), keptLength);
    keptLength = length;
  }

  function emitKept(): void {
    kept[keptLength] = LINE_FEED;
    const length = keptLength;
    keptLength = 0;
    emit(kept, 0, length);
  }

  return {
    push(chunk) {
      let start = 0;
      if (keptLength > 0) {
        const lineFeed = chunk.indexOf(LINE_FEED);
        keep(chunk, 0, lineFeed < 0 ? chunk.length : lineFeed);
        if (lineFeed < 0) return;
        emitKept();
        start = lineFeed + 1;
      }
      for (let end = chunk.indexOf(LINE_FEED, start); end >= 0; end = chunk.indexOf(LINE_FEED, start)) {
        emit(chunk, start, end);
        start = end + 1;
      }
      if (start < chunk.length) keep(chunk, start, chunk.length);
    },
    end() {
      if (keptLength > 0) emitKept();
    },
  };
}

function byteOrderMark(bytes: Uint8Array, start: number, end: number): number {
  return end - start >= 3 && bytes[start] === 0xef && bytes[start + 1] === 0xbb && bytes[start + 2] === 0xbf
    ? 3
    : 0;
}

function tooLong(line: number): FormatError {
  return new FormatError(
    `This line is longer than ${MAX_LINE_BYTES} bytes: the file is no text of lines. Export it again.`,
    line,
  );
}
