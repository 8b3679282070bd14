'use client';

import type { MapMouseEvent } from 'maplibre-gl';
import { useEffect, useState } from 'react';
import type { Tokens } from '@/components/hooks/use-tokens';
import type { CarFix } from '@/lib/contracts/live';
import type { Frame } from '@/lib/timing/types';
import { type CarTrails, createCarTrails, squarePlace } from './car-trails';
import { type CanvasView, type CarLook, type DrawnCar, drawCars } from './draw-cars';
import type { LiveMap } from './use-map';

/** Where cars come from. Nothing of it passes through React. */
export type CarFeed = {
  subscribe(changed: () => void): () => void;
  cars(): readonly CarFix[];
  look(entryId: number): CarLook | null;
};

const TILE_PX = 512;
const TOUCH_PX = 22;

/**
 * Draws moving cars on a canvas over the map, once for each picture of the screen, and gives their trails. The map
 * itself is not drawn again. A click on a car chooses it.
 */
export function useMovingCars(
  live: LiveMap | null,
  frame: Frame,
  feed: CarFeed,
  tokens: Tokens | null,
  followed: number | null,
  onChoose: (entryId: number | null) => void,
): CarTrails {
  const [trails, setTrails] = useState(() => ({ frame, trails: createCarTrails(frame) }));
  if (trails.frame !== frame) setTrails({ frame, trails: createCarTrails(frame) });
  const ways = trails.trails;

  useEffect(() => {
    const take = () => ways.take(feed.cars(), performance.now());
    take();
    return feed.subscribe(take);
  }, [ways, feed]);

  useEffect(() => {
    if (!live || !tokens) return;
    // The places on the canvas are those of a map that is seen from above and north up.
    live.map.setMaxPitch(0);
    live.map.dragRotate.disable();
    live.map.touchZoomRotate.disableRotation();
    live.map.keyboard.disableRotation();
    const layer = overlay(live);
    let drawn: DrawnCar[] = [];
    let request = 0;
    const paint = (nowMs: number) => {
      request = requestAnimationFrame(paint);
      const canvas = cleared(layer, live);
      if (canvas)
        drawn = drawCars({ canvas, view: viewOf(live), tokens }, ways.shown(nowMs), followed, feed.look);
    };
    const choose = ({ point }: MapMouseEvent) => {
      const near = nearest(drawn, point.x, point.y);
      if (near !== null) onChoose(near === followed ? null : near);
    };
    request = requestAnimationFrame(paint);
    live.map.on('click', choose);
    return () => {
      cancelAnimationFrame(request);
      live.map.off('click', choose);
      layer.remove();
    };
  }, [live, tokens, ways, feed, followed, onChoose]);
  return ways;
}

function overlay(live: LiveMap): HTMLCanvasElement {
  const layer = document.createElement('canvas');
  layer.className = 'car-layer';
  layer.setAttribute('aria-hidden', 'true');
  live.map.getCanvasContainer().append(layer);
  return layer;
}

/** The layer's brush, in the size of the map and empty. */
function cleared(layer: HTMLCanvasElement, live: LiveMap): CanvasRenderingContext2D | null {
  const { clientWidth, clientHeight } = live.map.getContainer();
  const density = window.devicePixelRatio;
  const [width, height] = [Math.round(clientWidth * density), Math.round(clientHeight * density)];
  if (layer.width !== width || layer.height !== height) {
    layer.width = width;
    layer.height = height;
  }
  const canvas = layer.getContext('2d');
  canvas?.setTransform(density, 0, 0, density, 0, 0);
  canvas?.clearRect(0, 0, clientWidth, clientHeight);
  return canvas;
}

function viewOf({ map }: LiveMap): CanvasView {
  const centre = map.getCenter();
  const [centreX, centreY] = squarePlace([centre.lng, centre.lat]);
  const { clientWidth, clientHeight } = map.getContainer();
  return {
    centreX,
    centreY,
    worldPx: TILE_PX * 2 ** map.getZoom(),
    originX: clientWidth / 2,
    originY: clientHeight / 2,
  };
}

function nearest(cars: readonly DrawnCar[], x: number, y: number): number | null {
  let best: { entryId: number; px: number } | null = null;
  for (const car of cars) {
    const px = Math.hypot(car.x - x, car.y - y);
    if (px <= TOUCH_PX && (!best || px < best.px)) best = { entryId: car.entryId, px };
  }
  return best?.entryId ?? null;
}
