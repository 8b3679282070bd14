const utf8 = new TextDecoder('utf-8', { fatal: true });
const latin1 = new TextDecoder('windows-1252');

/** Bytes as text: UTF-8 when they are valid UTF-8, else Latin-1 (old loggers write degree signs so). */
export function decodeText(bytes: Uint8Array): string {
  try {
    return utf8.decode(bytes);
  } catch (error) {
    if (error instanceof TypeError) return latin1.decode(bytes);
    throw error;
  }
}

/** A line of a text file as text. */
export function decodeLine(bytes: Uint8Array, start: number, end: number): string {
  return decodeText(bytes.subarray(start, end));
}

/** A value shortened for an error message, made safe to print on one line. */
export function quoted(text: string): string {
  const plain = text.replaceAll(/[^\x20-\x7e\u00a1-\uffff]/g, '?');
  return `"${plain.length > 40 ? `${plain.slice(0, 39)}…` : plain}"`;
}

const MOST_CHARACTERS = 150;

/** A name out of a file as it can be stored and shown: no control characters, no halves of characters, not endless. */
export function plainName(text: string): string {
  const whole = text.slice(0, 4 * MOST_CHARACTERS).replaceAll(/[\p{Cc}\p{Surrogate}]/gu, '');
  return [...whole].slice(0, MOST_CHARACTERS).join('');
}

const isBlankControl = (code: number): boolean => code >= 9 && code <= 13;
/** Old systems end a text with it. */
const END_OF_TEXT = 26;

/** The place of the first control character that no text holds, or -1. */
export function binaryAt(text: string): number {
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code < 32 && !isBlankControl(code) && code !== END_OF_TEXT) return at;
  }
  return -1;
}
