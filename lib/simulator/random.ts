/** A stream of pseudo-random numbers; the same seed gives the same stream everywhere. */
export type Random = {
  /** Uniform in [0, 1). */
  next(): number;
  /** Uniform in [low, high). */
  between(low: number, high: number): number;
  /** Normal with mean 0 and the given standard deviation. */
  gaussian(sigma: number): number;
  /** An independent stream named by `label`; it does not advance this one. */
  fork(label: string): Random;
};

const UINT32 = 2 ** 32;

/** Spreads a text over 32 bits (FNV-1a). */
function hashText(text: string, basis: number): number {
  let hash = basis >>> 0;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193) >>> 0;
  return hash;
}

/** The sfc32 generator (Chris Doty-Humphrey, PractRand) over 128 bits of state. */
function sfc32(seedA: number, seedB: number): () => number {
  let [a, b, c, counter] = [seedA | 0, seedB | 0, 0x9e3779b9 | 0, 1];
  const step = () => {
    const sum = (((a + b) | 0) + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = ((c << 21) | (c >>> 11)) + sum;
    return sum >>> 0;
  };
  for (let i = 0; i < 15; i++) step();
  return step;
}

/** @param seed any number or text; the only source of chance in the simulator. */
export function randomFrom(seed: number | string): Random {
  const name = String(seed);
  const bits = sfc32(hashText(name, 0x811c9dc5), hashText(name, 0x1b873593));
  const next = () => (bits() * 0x200000 + (bits() >>> 11)) / (UINT32 * 0x200000);
  let spare: number | null = null;
  const standard = () => {
    if (spare !== null) {
      const value = spare;
      spare = null;
      return value;
    }
    // Box–Muller gives two at a time; 1 - next() keeps the logarithm finite.
    const radius = Math.sqrt(-2 * Math.log(1 - next()));
    const angle = 2 * Math.PI * next();
    spare = radius * Math.sin(angle);
    return radius * Math.cos(angle);
  };
  return {
    next,
    between: (low, high) => low + (high - low) * next(),
    gaussian: (sigma) => sigma * standard(),
    fork: (label) => randomFrom(`${name}/${label}`),
  };
}
