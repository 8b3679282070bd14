'use client';

import { Maximize, Minus, Plus } from 'lucide-react';
import { useEffect, useRef, useState } from 'react';
import { entryToken } from '@/components/charts/lap-palette';
import { formatPlural } from '@/components/format';
import { useTokens } from '@/components/hooks/use-tokens';
import { Button } from '@/components/ui/button';
import type { RobotItem } from '@/lib/contracts/robots';
import { type DrawnRobot, drawPlane } from './draw-plane';
import { type PlaneCamera, planeCamera } from './plane-camera';
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
type Box<T> = { current: T };

const sizeOf = (canvas: HTMLCanvasElement) => ({ width: canvas.clientWidth, height: canvas.clientHeight });

/** Draws on the canvas whenever something moved, once a frame at most. */
function usePlane(canvas: CanvasRef, { store, rows, chosenId, way }: PlaneCanvasProps) {
  const [camera] = useState(planeCamera);
  const tokens = useTokens();
  const draw = useRef(() => {});
  useEffect(() => {
    const paint = (): void => {
      const element = canvas.current;
      if (!element || !tokens || element.clientWidth === 0) return;
      const robots = rows.map(
        (row, at): DrawnRobot => ({
          name: row.name,
          colour: tokens(entryToken(at)),
          isChosen: row.device_id === chosenId,
          trail: row.device_id === chosenId && way ? way : store.trail(row.device_id),
        }),
      );
      const all = robots.flatMap(({ trail }) => trail);
      drawPlane(element, camera.frame(all, sizeOf(element)), robots, tokens);
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
  }, [canvas, camera, tokens, store, rows, chosenId, way]);
  usePointer(canvas, camera, draw);
  return {
    zoom(factor: number) {
      if (canvas.current) camera.zoom(sizeOf(canvas.current), factor);
      draw.current();
    },
    fit() {
      camera.showAll();
      draw.current();
    },
  };
}

/** Zooms by the wheel, moves by dragging, and follows the size of the page. */
function usePointer(canvas: CanvasRef, camera: PlaneCamera, draw: Box<() => void>): void {
  useEffect(() => {
    const element = canvas.current;
    if (!element) return;
    const onWheel = (event: WheelEvent): void => {
      event.preventDefault();
      camera.zoom(sizeOf(element), Math.exp(-event.deltaY / 400), [event.offsetX, event.offsetY]);
      draw.current();
    };
    const onMove = (event: PointerEvent): void => {
      if (!element.hasPointerCapture(event.pointerId)) return;
      camera.drag(event.movementX, event.movementY);
      draw.current();
    };
    const onDown = (event: PointerEvent): void => element.setPointerCapture(event.pointerId);
    element.addEventListener('wheel', onWheel, { passive: false });
    element.addEventListener('pointerdown', onDown);
    element.addEventListener('pointermove', onMove);
    const resized = new ResizeObserver(() => draw.current());
    resized.observe(element);
    return () => {
      element.removeEventListener('wheel', onWheel);
      element.removeEventListener('pointerdown', onDown);
      element.removeEventListener('pointermove', onMove);
      resized.disconnect();
    };
  }, [canvas, camera, draw]);
}
