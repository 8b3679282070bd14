import type { Tokens } from '@/components/hooks/use-tokens';
import { gridStepM, lengthWords, type Size, toPixels, type View } from './plane';
import type { Place } from './robot-store';

export type DrawnRobot = { name: string; colour: string; isChosen: boolean; trail: readonly Place[] };

/** Draws the grid, its scale, and each robot with the way that it came. */
export function drawPlane(
  canvas: HTMLCanvasElement,
  view: View,
  robots: readonly DrawnRobot[],
  tokens: Tokens,
): void {
  const context = canvas.getContext('2d');
  if (!context) return;
  const size = { width: canvas.clientWidth, height: canvas.clientHeight };
  const ratio = window.devicePixelRatio || 1;
  const [width, height] = [Math.round(size.width * ratio), Math.round(size.height * ratio)];
  if (canvas.width !== width || canvas.height !== height) Object.assign(canvas, { width, height });
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  context.fillStyle = tokens('page');
  context.fillRect(0, 0, size.width, size.height);
  context.font = `12px ${getComputedStyle(canvas).fontFamily}`;
  drawGrid(context, view, size, tokens);
  const behind = [...robots].sort((a, b) => Number(a.isChosen) - Number(b.isChosen));
  for (const robot of behind) drawTrail(context, view, size, robot);
  for (const robot of behind) drawRobot(context, view, size, robot, tokens);
}

type Context = CanvasRenderingContext2D;

function drawGrid(context: Context, view: View, size: Size, tokens: Tokens): void {
  const stepM = gridStepM(view.pixelsPerM);
  const halfX = size.width / 2 / view.pixelsPerM;
  const halfY = size.height / 2 / view.pixelsPerM;
  context.lineWidth = 1;
  context.fillStyle = tokens('soft');
  const line = (isAxis: boolean, from: [number, number], to: [number, number]): void => {
    context.strokeStyle = isAxis ? tokens('edge') : tokens('line');
    context.beginPath();
    context.moveTo(...from);
    context.lineTo(...to);
    context.stroke();
  };
  for (let n = Math.ceil((view.x - halfX) / stepM); n * stepM <= view.x + halfX; n++) {
    const px = Math.round(toPixels(view, size, n * stepM, 0)[0]) + 0.5;
    line(n === 0, [px, 0], [px, size.height]);
    context.fillText(lengthWords(n * stepM), px + 4, size.height - 6);
  }
  for (let n = Math.ceil((view.y - halfY) / stepM); n * stepM <= view.y + halfY; n++) {
    const py = Math.round(toPixels(view, size, 0, n * stepM)[1]) + 0.5;
    line(n === 0, [0, py], [size.width, py]);
    if (py < size.height - 28) context.fillText(lengthWords(n * stepM), 4, py - 4);
  }
}

function drawTrail(context: Context, view: View, size: Size, robot: DrawnRobot): void {
  context.strokeStyle = robot.colour;
  context.lineWidth = robot.isChosen ? 2.5 : 1.25;
  context.lineJoin = 'round';
  context.beginPath();
  for (const [at, [, x, y]] of robot.trail.entries()) {
    const [px, py] = toPixels(view, size, x, y);
    if (at === 0) context.moveTo(px, py);
    else context.lineTo(px, py);
  }
  context.stroke();
}

function drawRobot(
  context: Context,
  view: View,
  size: Size,
  { name, colour, isChosen, trail }: DrawnRobot,
  tokens: Tokens,
): void {
  const last = trail.at(-1);
  if (!last) return;
  const [px, py] = toPixels(view, size, last[1], last[2]);
  context.beginPath();
  context.arc(px, py, isChosen ? 7 : 5, 0, 2 * Math.PI);
  context.fillStyle = colour;
  context.fill();
  context.lineWidth = isChosen ? 2 : 1;
  context.strokeStyle = isChosen ? tokens('text') : tokens('page');
  context.stroke();
  const words = name.length > 24 ? `${name.slice(0, 23)}…` : name;
  context.lineWidth = 3;
  context.strokeStyle = tokens('page');
  context.strokeText(words, px + 9, py - 7);
  context.fillStyle = tokens('text');
  context.fillText(words, px + 9, py - 7);
}
