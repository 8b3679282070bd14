/** Viridis (van der Walt and Smith, 2015), nine points of it: even to the eye and to colour-blind eyes. */
const VIRIDIS = [
  '#440154',
  '#472d7b',
  '#3b528b',
  '#2c728e',
  '#21918c',
  '#28ae80',
  '#5ec962',
  '#addc30',
  '#fde725',
];

/** Its dark end is cut off, which a dark page would swallow. */
const FROM = 0.14;

/** The colour of a value between 0 and 1. */
export function scaleColor(value: number): string {
  const place = (FROM + Math.min(1, Math.max(0, value)) * (1 - FROM)) * (VIRIDIS.length - 1);
  const index = Math.min(Math.floor(place), VIRIDIS.length - 2);
  return mix(VIRIDIS[index] ?? '#000000', VIRIDIS[index + 1] ?? '#000000', place - index);
}

/** The scale as a CSS gradient, slow to fast. */
export function scaleGradient(): string {
  const stops = Array.from({ length: 9 }, (_, index) => scaleColor(index / 8));
  return `linear-gradient(to right, ${stops.join(', ')})`;
}

/** The slowest and the fastest of the known speeds; null when there is none. */
export function speedRange(speedsMps: readonly number[]): [number, number] | null {
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  for (const speed of speedsMps) {
    if (Number.isNaN(speed)) continue;
    low = Math.min(low, speed);
    high = Math.max(high, speed);
  }
  return high >= low ? [low, high] : null;
}

/**
 * Stops of a line gradient: pairs of progress along the drawn line (0 to 1, strictly rising) and colour, at most
 * `most` of them. The progress is by drawn length, as the map measures it.
 */
export function gradientStops(
  line: readonly [number, number][],
  speedsMps: readonly number[],
  range: [number, number],
  most = 250,
): (number | string)[] {
  const lengths = runningLength(line);
  const whole = lengths.at(-1) ?? 0;
  if (whole === 0) return [];
  const [low, high] = range;
  const stops: (number | string)[] = [];
  let before = -1;
  for (let index = 0; index < line.length; index += 1) {
    const progress = (lengths[index] ?? 0) / whole;
    const speed = speedsMps[index] ?? Number.NaN;
    if (Number.isNaN(speed) || progress - before < 1 / most) continue;
    stops.push(progress, scaleColor(high > low ? (speed - low) / (high - low) : 1));
    before = progress;
  }
  return stops;
}

/** Length in degrees with longitude shrunk by the latitude: in proportion to the ground, which is all it is for. */
function runningLength(line: readonly [number, number][]): number[] {
  const shrink = Math.cos(((line[0]?.[1] ?? 0) * Math.PI) / 180);
  let length = 0;
  return line.map(([x, y], index) => {
    const [lastX, lastY] = line[index - 1] ?? [x, y];
    length += Math.hypot((x - lastX) * shrink, y - lastY);
    return length;
  });
}

function mix(from: string, to: string, part: number): string {
  const channel = (at: number) => {
    const low = Number.parseInt(from.slice(at, at + 2), 16);
    return Math.round(low + (Number.parseInt(to.slice(at, at + 2), 16) - low) * part);
  };
  return `rgb(${channel(1)}, ${channel(3)}, ${channel(5)})`;
}
