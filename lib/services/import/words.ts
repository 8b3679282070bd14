/** A lap time for people: 1:23.456, or 0:55.132. */
export function lapTimeText(timeMs: number): string {
  const whole = Math.round(timeMs);
  const minutes = Math.floor(whole / 60_000);
  const seconds = Math.floor((whole % 60_000) / 1000);
  const rest = String(whole % 1000).padStart(3, '0');
  return `${minutes}:${String(seconds).padStart(2, '0')}.${rest}`;
}

/** Bytes for people: 4.1 MB. */
export function megabytes(bytes: number): string {
  return (bytes / 1024 / 1024).toFixed(1);
}

export const count = (number: number, noun: string): string =>
  `${number.toLocaleString('en')} ${noun}${number === 1 ? '' : noun.endsWith('x') ? 'es' : 's'}`;

/** The file's name without its folder and last extensions: what a recording is called when it says nothing. */
export function baseName(file: string): string {
  const name = file.split(/[\\/]/).at(-1) ?? file;
  return name.replace(/\.gz$/i, '').replace(/\.[a-z0-9]{1,8}$/i, '') || name;
}
