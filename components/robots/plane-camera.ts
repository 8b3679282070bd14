import { fitView, type Size, type View, zoomView } from './plane';
import type { Place } from './robot-store';

/** Which part of the plane is shown: all of it until somebody zooms or drags. */
export type PlaneCamera = {
  /** The view to paint now; zooms and drags start from it. */
  frame(places: Iterable<Place>, size: Size): View;
  zoom(size: Size, factor: number, at?: [number, number]): void;
  /** Moves what is shown by pixels to the right and down. */
  drag(dx: number, dy: number): void;
  showAll(): void;
};

export function planeCamera(): PlaneCamera {
  let painted: View | null = null;
  let isHeld = false;
  const hold = (change: (view: View) => View): void => {
    if (!painted) return;
    painted = change(painted);
    isHeld = true;
  };
  return {
    frame(places, size) {
      if (!painted || !isHeld) painted = fitView(places, size);
      return painted;
    },
    zoom: (size, factor, at) => hold((view) => zoomView(view, size, factor, at)),
    drag: (dx, dy) =>
      hold((view) => ({ ...view, x: view.x - dx / view.pixelsPerM, y: view.y + dy / view.pixelsPerM })),
    showAll() {
      isHeld = false;
    },
  };
}
