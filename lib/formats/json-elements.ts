import { decodeText } from './text';
import { FormatError } from './types';

const MAX_DEPTH = 64;
const MAX_ELEMENT_BYTES = 1 << 20;
const MAX_REST_BYTES = 8 << 20;
const STREAMED_KEY = 'fixes';

const [QUOTE, BACKSLASH, COMMA, COLON, LINE_FEED] = [34, 92, 44, 58, 10];
const [BRACE, BRACE_END, BRACKET, BRACKET_END] = [123, 125, 91, 93];

/** One element of a streamed array: its text, which array (in file order) and the line it begins in. */
export type ElementSink = (text: string, array: number, line: number) => void;

/**
 * Streams one JSON document: the elements of the root array, or of each array under the key `fixes`, go to the
 * sink one by one; `end` gives the text of all the rest, with those arrays empty. Keeps one element and the rest
 * (8 MiB at most). Throws FormatErrors with the line where brackets do not match or the document does not end.
 */
export class JsonElements {
  private line = 1;
  private readonly stack: number[] = [];
  private inString = false;
  private isEscaped = false;
  /** In an object: a string that comes now is a key. */
  private isKeyNext = false;
  private isKey = false;
  private key = '';
  private arrays = 0;
  /** Depth of the streamed array that is open, or 0. */
  private streamedDepth = 0;
  private elementLine = 0;
  private inElement = false;
  private readonly element = new ByteText(MAX_ELEMENT_BYTES, 'One element');
  private readonly rest = new ByteText(MAX_REST_BYTES, 'All but the fixes');
  private isOver = false;

  constructor(private readonly sink: ElementSink) {}

  push(chunk: Uint8Array): void {
    let from = 0;
    for (let at = 0; at < chunk.length; at++) {
      const byte = chunk[at] ?? 0;
      if (byte === LINE_FEED) this.line++;
      if (this.inString) {
        this.takeStringByte(byte);
        continue;
      }
      if (byte <= 32) continue;
      const isDirect = this.streamedDepth > 0 && this.stack.length === this.streamedDepth;
      if (isDirect && (byte === COMMA || byte === BRACKET_END)) {
        if (this.inElement) this.endElement(chunk, from, at);
        from = byte === COMMA ? at + 1 : at;
      } else if (isDirect && !this.inElement) {
        this.inElement = true;
        this.elementLine = this.line;
        from = at;
      }
      const wasStreamed = this.streamedDepth;
      this.takeByte(byte);
      if (this.streamedDepth > wasStreamed) {
        this.keep(chunk, from, at + 1);
        from = at + 1;
      }
    }
    this.keep(chunk, from, chunk.length);
  }

  /** How many streamed arrays there were, empty ones too. */
  get arrayCount(): number {
    return this.arrays;
  }

  /** The document without the streamed elements. */
  end(): string {
    if (!this.isOver) {
      throw new FormatError(
        'The JSON ends in the middle: it is cut short. Copy or export it again.',
        this.line,
      );
    }
    return this.rest.take();
  }

  private keep(chunk: Uint8Array, from: number, to: number): void {
    if (this.inElement) this.element.append(chunk, from, to, this.elementLine);
    else this.rest.append(chunk, from, to, this.line);
  }

  private endElement(chunk: Uint8Array, from: number, to: number): void {
    this.element.append(chunk, from, to, this.elementLine);
    this.inElement = false;
    this.sink(this.element.take(), this.arrays - 1, this.elementLine);
  }

  private takeStringByte(byte: number): void {
    if (this.isEscaped) this.isEscaped = false;
    else if (byte === BACKSLASH) this.isEscaped = true;
    else if (byte === QUOTE) {
      this.inString = false;
      return;
    }
    if (this.isKey && this.key.length < 100) this.key += String.fromCharCode(byte);
  }

  private takeByte(byte: number): void {
    if (this.isOver) throw this.fault('something follows the end of the document');
    if (byte === QUOTE) {
      this.inString = true;
      this.isKey = this.isKeyNext;
      if (this.isKey) this.key = '';
    } else if (byte === COLON) this.isKeyNext = false;
    else if (byte === COMMA) this.isKeyNext = this.stack.at(-1) === BRACE;
    else if (byte === BRACE || byte === BRACKET) this.open(byte);
    else if (byte === BRACE_END || byte === BRACKET_END) this.close(byte);
    else if (this.stack.length === 0) throw this.fault('it is neither an object nor an array');
  }

  private open(byte: number): void {
    const isStreamed =
      byte === BRACKET && this.streamedDepth === 0 && (this.stack.length === 0 || this.isFixesArray());
    if (this.stack.push(byte) > MAX_DEPTH) throw this.fault('it is nested too deeply');
    this.isKeyNext = byte === BRACE;
    if (!isStreamed) return;
    this.streamedDepth = this.stack.length;
    this.arrays++;
  }

  private isFixesArray(): boolean {
    return this.stack.at(-1) === BRACE && this.key === STREAMED_KEY;
  }

  private close(byte: number): void {
    if (this.stack.pop() !== (byte === BRACE_END ? BRACE : BRACKET))
      throw this.fault('its brackets do not match');
    if (this.stack.length < this.streamedDepth) this.streamedDepth = 0;
    this.isKeyNext = false;
    this.isOver = this.stack.length === 0;
  }

  private fault(what: string): FormatError {
    return new FormatError(`This is no valid JSON: ${what}. Export it again.`, this.line);
  }
}

/** Bytes gathered to one text, up to a limit. */
class ByteText {
  private bytes = new Uint8Array(1024);
  private length = 0;

  constructor(
    private readonly limit: number,
    private readonly what: string,
  ) {}

  append(from: Uint8Array, start: number, end: number, line: number): void {
    const length = this.length + end - start;
    if (length > this.limit) {
      throw new FormatError(
        `${this.what} of this JSON is longer than ${this.limit} bytes: it is no recording.`,
        line,
      );
    }
    if (length > this.bytes.length) {
      const wider = new Uint8Array(Math.max(length, this.bytes.length * 2));
      wider.set(this.bytes.subarray(0, this.length));
      this.bytes = wider;
    }
    this.bytes.set(from.subarray(start, end), this.length);
    this.length = length;
  }

  take(): string {
    const text = decodeText(this.bytes.subarray(0, this.length));
    this.length = 0;
    return text;
  }
}
