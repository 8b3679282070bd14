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
