import type { Tokens } from '@/components/hooks/use-tokens';
import type { ShownCar } from './car-trails';

/** How a place of the map's square comes onto the canvas: (place − centre) × worldPx + origin. */
export type CanvasView = {
  centreX: number;
  centreY: number;
  worldPx: number;
  originX: number;
  originY: number;
};

export type CarLook = { label: string; isDim: boolean };

/** What was drawn, for the pointer: the middle of each car. */
export type DrawnCar = { entryId: number; x: number; y: number };

type Brush = { canvas: CanvasRenderingContext2D; view: CanvasView; tokens: Tokens };
type Box = { left: number; top: number; right: number; bottom: number };

/**
 * Draws trails and cars; the followed one last and larger. A label that would cover another gives way to a dot.
 * `look` gives null for a car that the board does not know.
 */
export function drawCars(
  brush: Brush,
  cars: readonly ShownCar[],
  followed: number | null,
  look: (entryId: number) => CarLook | null,
): DrawnCar[] {
  const { canvas } = brush;
  // The followed car takes its place first, and is painted over all others.
  const order = [...cars].sort((a, b) => Number(b.entryId === followed) - Number(a.entryId === followed));
  const part = cars.length > MANY_CARS ? SHORT_PART : 1;
  for (const car of order) drawTrail(brush, car, car.entryId === followed, part);
  const taken: Box[] = [];
  const painted = order.map((car) => {
    const isFollowed = car.entryId === followed;
    const { label, isDim } = look(car.entryId) ?? { label: '', isDim: true };
    const place = onCanvas(brush.view, car.x, car.y);
    canvas.font = font(isFollowed);
    const box = pill(place.x, place.y, canvas.measureText(label).width, isFollowed);
    const isFree = label !== '' && !taken.some((other) => overlap(box, other));
    if (isFree) taken.push(box);
    return { entryId: car.entryId, ...place, label, isDim, isFollowed, box: isFree ? box : null };
  });
  for (const car of [...painted].reverse()) {
    if (car.box) drawPill(brush, car.box, car.label, car.isDim, car.isFollowed);
    else drawDot(brush, car.x, car.y, car.isDim);
  }
  return painted;
}

export function onCanvas(view: CanvasView, x: number, y: number): { x: number; y: number } {
  return {
    x: (x - view.centreX) * view.worldPx + view.originX,
    y: (y - view.centreY) * view.worldPx + view.originY,
  };
}

const font = (isFollowed: boolean) => `600 ${isFollowed ? 15 : 12}px system-ui, sans-serif`;

function pill(x: number, y: number, textPx: number, isFollowed: boolean): Box {
  const halfHeight = isFollowed ? 13 : 9;
  const halfWidth = Math.max(halfHeight, textPx / 2 + (isFollowed ? 7 : 5));
  return { left: x - halfWidth, right: x + halfWidth, top: y - halfHeight, bottom: y + halfHeight };
}

function overlap(a: Box, b: Box): boolean {
  return a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;
}

/** Of many cars the trails would cover the road: they are cut to a part of their length. */
const MANY_CARS = 20;
const SHORT_PART = 0.3;

function drawTrail(
  { canvas, view, tokens }: Brush,
  { trail: whole }: ShownCar,
  isFollowed: boolean,
  part: number,
): void {
  const trail = isFollowed || part === 1 ? whole : whole.slice(-2 * Math.ceil((whole.length / 2) * part));
  if (trail.length < 4) return;
  canvas.strokeStyle = tokens(isFollowed ? 'accent' : 'soft');
  canvas.lineWidth = isFollowed ? 3 : 2;
  canvas.lineJoin = 'round';
  const points = trail.length / 2;
  // Four strokes that grow stronger towards the car are as good as a gradient.
  const pieces = 4;
  for (let piece = 0; piece < pieces; piece += 1) {
    const from = Math.floor((piece * (points - 1)) / pieces);
    const to = Math.floor(((piece + 1) * (points - 1)) / pieces);
    canvas.globalAlpha = ((piece + 1) / pieces) * (isFollowed ? 0.9 : 0.5);
    canvas.beginPath();
    for (let point = from; point <= to; point += 1) {
      const place = onCanvas(view, trail[point * 2] ?? 0, trail[point * 2 + 1] ?? 0);
      if (point === from) canvas.moveTo(place.x, place.y);
      else canvas.lineTo(place.x, place.y);
    }
    canvas.stroke();
  }
  canvas.globalAlpha = 1;
}

function drawPill(
  { canvas, tokens }: Brush,
  box: Box,
  label: string,
  isDim: boolean,
  isFollowed: boolean,
): void {
  const height = box.bottom - box.top;
  canvas.beginPath();
  canvas.roundRect(box.left, box.top, box.right - box.left, height, height / 2);
  canvas.fillStyle = tokens(isFollowed ? 'accent' : isDim ? 'raised' : 'text');
  canvas.fill();
  canvas.strokeStyle = tokens(isDim && !isFollowed ? 'edge' : 'page');
  canvas.lineWidth = 1.5;
  canvas.stroke();
  canvas.font = font(isFollowed);
  canvas.textAlign = 'center';
  canvas.textBaseline = 'middle';
  canvas.fillStyle = tokens(isFollowed ? 'on-accent' : isDim ? 'soft' : 'page');
  canvas.fillText(label, (box.left + box.right) / 2, box.top + height / 2 + 0.5);
}

function drawDot({ canvas, tokens }: Brush, x: number, y: number, isDim: boolean): void {
  canvas.beginPath();
  canvas.arc(x, y, 4, 0, 2 * Math.PI);
  canvas.fillStyle = tokens(isDim ? 'raised' : 'text');
  canvas.fill();
  canvas.strokeStyle = tokens(isDim ? 'edge' : 'page');
  canvas.lineWidth = 1.5;
  canvas.stroke();
}
