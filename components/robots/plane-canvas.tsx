'use client';

import { Maximize, Minus, Plus } from 'lucide-react';
import { useEffect, useRef } from 'react';
import { formatPlural } from '@/components/format';
import { Button } from '@/components/ui/button';
import type { RobotItem } from '@/lib/contracts/robots';
import { type DrawnRobot, drawPlane } from './draw-plane';
import { fitView, type View, zoomView } from './plane';
import { colourOf } from './robot-colour';
import type { Place, RobotStore } from './robot-store';

type PlaneCanvasProps = {
  store: RobotStore;
  rows: readonly RobotItem[];
  chosenId: number | null;
  /** A way to show instead of the newest one of the chosen robot. */
  way: readonly Place[] | null;
};

/** All robots on their plane, moving; what is seen fits itself until somebody zooms or drags. */
export function PlaneCanvas(props: PlaneCanvasProps) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const { zoom, fit } = usePlane(canvas, props);
  const { rows } = props;
  return (
    <section aria-label="Map" className="relative h-[min(60vh,34rem)] min-h-72 rounded-md border border-line">
      <canvas
        ref={canvas}
        role="img"
        aria-label={`${formatPlural(rows.length, 'robot')} on a plane; the table has their places`}
        className="size-full touch-none rounded-md font-sans"
      />
      <div className="absolute top-2 right-2 flex flex-col gap-1">
        <Button isIcon aria-label="Zoom in" onPress={() => zoom(1.5)}>
          <Plus size={16} aria-hidden />
        </Button>
        <Button isIcon aria-label="Zoom out" onPress={() => zoom(1 / 1.5)}>
          <Minus size={16} aria-hidden />
        </Button>
        <Button isIcon aria-label="Show all" onPress={fit}>
          <Maximize size={16} aria-hidden />
        </Button>
      </div>
    </section>
  );
}

type CanvasRef = { readonly current: HTMLCanvasElement | null };

const sizeOf = (canvas: HTMLCanvasElement) => ({ width: canvas.clientWidth, height: canvas.clientHeight });

/** Draws on the canvas whenever something moved, once a frame at most. */
function usePlane(canvas: CanvasRef, props: PlaneCanvasProps) {
  const view = useRef<View | null>(null);
  const draw = useRef(() => {});
  const { store, rows, chosenId, way } = props;
  useEffect(() => {
    const paint = (): void => {
      const element = canvas.current;
      if (!element || element.clientWidth === 0) return;
      const robots = rows.map(
        (row, at): DrawnRobot => ({
          name: row.name,
          colour: colourOf(at),
          isChosen: row.device_id === chosenId,
          trail: row.device_id === chosenId && way ? way : store.trail(row.device_id),
        }),
      );
      const all = robots.flatMap(({ trail }) => trail);
      drawPlane(element, view.current ?? fitView(all, sizeOf(element)), robots);
    };
    let frame = 0;
    draw.current = () => {
      cancelAnimationFrame(frame);
      frame = requestAnimationFrame(paint);
    };
    draw.current();
    const stop = store.onTrails(() => draw.current());
    return () => {
      stop();
      cancelAnimationFrame(frame);
    };
  }, [canvas, store, rows, chosenId, way]);
  const seen = (): View => {
    const element = canvas.current;
    const places = rows.flatMap((row) => store.trail(row.device_id));
    return view.current ?? fitView(places, element ? sizeOf(element) : { width: 1, height: 1 });
  };
  const latest = useRef(seen);
  latest.current = seen;
  usePointer(canvas, view, latest, draw);
  return {
    zoom(factor: number) {
      if (canvas.current) view.current = zoomView(seen(), sizeOf(canvas.current), factor);
      draw.current();
    },
    fit() {
      view.current = null;
      draw.current();
    },
  };
}

type Box<T> = { current: T };

/** Zooms by the wheel, moves by dragging, and follows the size and the theme of the page. */
function usePointer(
  canvas: CanvasRef,
  view: Box<View | null>,
  seen: Box<() => View>,
  draw: Box<() => void>,
): void {
  useEffect(() => {
    const element = canvas.current;
    if (!element) return;
    const onWheel = (event: WheelEvent): void => {
      event.preventDefault();
      const at: [number, number] = [event.offsetX, event.offsetY];
      view.current = zoomView(seen.current(), sizeOf(element), Math.exp(-event.deltaY / 400), at);
      draw.current();
    };
    const onMove = (event: PointerEvent): void => {
      if (!element.hasPointerCapture(event.pointerId)) return;
      const from = seen.current();
      const [dx, dy] = [event.movementX / from.pixelsPerM, event.movementY / from.pixelsPerM];
      view.current = { ...from, x: from.x - dx, y: from.y + dy };
      draw.current();
    };
    const onDown = (event: PointerEvent): void => element.setPointerCapture(event.pointerId);
    element.addEventListener('wheel', onWheel, { passive: false });
    element.addEventListener('pointerdown', onDown);
    element.addEventListener('pointermove', onMove);
    const resized = new ResizeObserver(() => draw.current());
    resized.observe(element);
    const themed = new MutationObserver(() => draw.current());
    themed.observe(document.documentElement, { attributeFilter: ['data-theme'] });
    return () => {
      element.removeEventListener('wheel', onWheel);
      element.removeEventListener('pointerdown', onDown);
      element.removeEventListener('pointermove', onMove);
      resized.disconnect();
      themed.disconnect();
    };
  }, [canvas, view, seen, draw]);
}
