import { midpoint, planeOf } from '@/lib/timing/plane';
import type { Checkpoint, FixColumns, Point } from '@/lib/timing/types';
import { parseDecimal } from './decimal';
import { courseBetween, distanceM, firstStepAcross, gateAcross } from './gate-geometry';

const DEFAULT_HALF_WIDTH_M = 12.5;
const NEAR_M = 25;
const FAR_M = 5000;
/** A mean |cos| between segment and course above this: the segment lies along the track. */
const ALONG = 0.7;

type Segment = [Point, Point];
type NamedSegment = { kind: string; name: string; segment: Segment };

/**
 * The gates of a VBO's [laptiming] lines, `Start|Split|Finish A1 A2 B1 B2 ¬ name`. Two kinds of files exist:
 * the pairs are the ends of the gate, or the first pair lies on the gate and the second behind it on the track
 * (then the gate is drawn square to it, `halfWidthM` to each side). Which, and the order and sign of the
 * coordinates, is decided by the fixes. Splits are put in the order they are driven.
 */
export function laptimingGates(
  lines: readonly string[],
  fixes: FixColumns,
  halfWidthM = DEFAULT_HALF_WIDTH_M,
): { checkpoints: Checkpoint[]; notes: string[] } {
  const box = boxOf(fixes);
  const read = lines.map((line) => readLine(line, box));
  const segments = read.filter((segment) => segment !== null);
  const notes: string[] = [];
  if (segments.length < read.length) {
    notes.push(
      `${read.length - segments.length} of ${read.length} [laptiming] lines lie far from the data or are no gate; left out.`,
    );
  }
  const isAlong = meanAlong(segments, fixes) > ALONG;
  if (isAlong) {
    notes.push(
      `The [laptiming] lines point along the track: gates were drawn across it, ${2 * halfWidthM} m wide.`,
    );
  }
  const gates = segments.map(({ kind, name, segment }) => ({
    kind,
    name,
    points: isAlong
      ? gateAcross('wgs84', segment[0], courseBetween('wgs84', segment[1], segment[0]), halfWidthM)
      : segment,
  }));
  const start = gates.find(({ kind }) => kind === 'start');
  if (!start) return { checkpoints: [], notes };
  const finish = gates.find(
    ({ kind, points }) =>
      kind === 'finish' && distanceM('wgs84', midpoint(...points), midpoint(...start.points)) > NEAR_M,
  );
  const splits = inDrivenOrder(
    gates.filter(({ kind }) => kind === 'split'),
    start.points,
    fixes,
  );
  const direction = isAlong ? (1 as const) : null;
  const checkpoints = [start, ...splits, ...(finish ? [finish] : [])].map(
    ({ kind, name, points }, index) => ({
      number: index + 1,
      name: name || (kind === 'split' ? `Split ${index}` : kind === 'start' ? 'Start' : 'Finish'),
      type:
        kind === 'split' ? ('sector' as const) : kind === 'start' ? ('start' as const) : ('finish' as const),
      points,
      previous: null,
      direction,
      closesLap: null,
    }),
  );
  return { checkpoints, notes };
}

type Box = { min: Point; max: Point };

function boxOf({ x, y }: FixColumns): Box {
  const box = { min: { x: Infinity, y: Infinity }, max: { x: -Infinity, y: -Infinity } };
  for (let i = 0; i < x.length; i++) {
    const px = x[i] ?? Number.NaN;
    const py = y[i] ?? Number.NaN;
    if (px === 0 && py === 0) continue;
    if (px < box.min.x) box.min.x = px;
    if (px > box.max.x) box.max.x = px;
    if (py < box.min.y) box.min.y = py;
    if (py > box.max.y) box.max.y = py;
  }
  return box;
}

function outside(value: number, min: number, max: number): number {
  return Math.max(min - value, value - max, 0);
}

/** The reading of the four numbers (minutes or degrees, which pair order, which signs) nearest to the data. */
function readLine(line: string, box: Box): NamedSegment | null {
  const [values = '', comment = ''] = line.split(/\s*¬\s*/);
  const [kind = '', ...cells] = values.trim().split(/\s+/);
  const numbers = cells.slice(0, 4).map(parseDecimal);
  const [a1 = Number.NaN, a2 = Number.NaN, b1 = Number.NaN, b2 = Number.NaN] = numbers;
  if (!/^(start|split|finish)$/i.test(kind) || numbers.length < 4 || numbers.some(Number.isNaN)) return null;
  const readings = [1 / 60, 1].flatMap((scale) => [
    placed(
      [
        { x: a2 * scale, y: a1 * scale },
        { x: b2 * scale, y: b1 * scale },
      ],
      box,
    ),
    placed(
      [
        { x: a1 * scale, y: a2 * scale },
        { x: b1 * scale, y: b2 * scale },
      ],
      box,
    ),
  ]);
  const best = readings.reduce((nearest, next) => (next.offM < nearest.offM ? next : nearest));
  const [first, second] = best.segment;
  if (!(best.offM < FAR_M) || (first.x === second.x && first.y === second.y)) return null;
  return { kind: kind.toLowerCase(), name: comment.trim(), segment: best.segment };
}

/** A segment with the signs that bring it nearest to the data, and how far outside their box it lies. */
function placed(segment: Segment, { min, max }: Box): { segment: Segment; offM: number } {
  const nearest = (value: number, low: number, high: number) =>
    outside(Math.abs(value), low, high) <= outside(-Math.abs(value), low, high)
      ? Math.abs(value)
      : -Math.abs(value);
  const [first, second] = segment.map(({ x, y }) => ({
    x: nearest(x, min.x, max.x),
    y: nearest(y, min.y, max.y),
  }));
  const plane = planeOf('wgs84', min);
  const offM = (point: Point) =>
    Math.hypot(
      plane.xM(min.x + outside(point.x, min.x, max.x)),
      plane.yM(min.y + outside(point.y, min.y, max.y)),
    );
  if (!first || !second) return { segment, offM: Infinity };
  return { segment: [first, second], offM: offM(first) + offM(second) };
}

/** Mean |cos| between the segments and the driving direction beside them; 0 when no fix comes near. */
function meanAlong(segments: readonly NamedSegment[], fixes: FixColumns): number {
  const cosines = segments.flatMap(({ segment }) => cosinesBeside(segment, fixes));
  return cosines.length > 0 ? cosines.reduce((sum, cos) => sum + cos, 0) / cosines.length : 0;
}

function cosinesBeside([a, b]: Segment, { x, y, count }: FixColumns): number[] {
  const plane = planeOf('wgs84', a);
  const end = plane.toMetres(b);
  const lengthM = Math.hypot(end.x, end.y);
  const cosines: number[] = [];
  let px = Number.NaN;
  let py = Number.NaN;
  for (let i = 0; i < count; i++) {
    const qx = plane.xM(x[i] ?? Number.NaN);
    const qy = plane.yM(y[i] ?? Number.NaN);
    const along = Math.min(1, Math.max(0, (px * end.x + py * end.y) / (lengthM * lengthM)));
    const stepM = Math.hypot(qx - px, qy - py);
    if (Math.hypot(px - along * end.x, py - along * end.y) < NEAR_M && stepM > 0.1) {
      cosines.push(Math.abs((qx - px) * end.x + (qy - py) * end.y) / (stepM * lengthM));
    }
    px = qx;
    py = qy;
  }
  return cosines;
}

/** Gates sorted by their first crossing after the first one of the start; gates never crossed come last. */
function inDrivenOrder<G extends { points: Segment }>(
  gates: readonly G[],
  start: Segment,
  fixes: FixColumns,
): G[] {
  const from = Math.max(0, firstStepAcross(fixes, start, 0));
  const order = gates.map((gate) => {
    const step = firstStepAcross(fixes, gate.points, from);
    return { gate, step: step < 0 ? Infinity : step };
  });
  return order.sort((a, b) => (a.step === b.step ? 0 : a.step - b.step)).map(({ gate }) => gate);
}
