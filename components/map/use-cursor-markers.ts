'use client';

import type { MapMouseEvent } from 'maplibre-gl';
import { useEffect } from 'react';
import type { Cursor } from '@/components/hooks/cursor';
import { placeOn, valueAt } from '@/components/timing/trace-values';
import type { Frame } from '@/lib/timing/types';
import { lngLat } from './projection';
import type { LiveMap } from './use-map';

export type CursorCar = {
  key: string;
  token: string;
  distanceM: readonly number[];
  x: readonly number[];
  y: readonly number[];
};

/**
 * Keeps one DOM marker for each car at the cursor; moving those redraws nothing of the map. A pointer near the first
 * car's line moves the cursor.
 */
export function useCursorMarkers(
  live: LiveMap | null,
  frame: Frame,
  cursor: Cursor | null,
  cars: readonly CursorCar[],
): void {
  useEffect(() => {
    if (!live || !cursor) return;
    const markers = cars.map((car) => ({
      car,
      marker: new live.maplibre.Marker({ element: markerElement(car) }),
    }));
    const follow = () => {
      const distanceM = cursor.get();
      for (const { car, marker } of markers) {
        const place = distanceM === null ? null : placeOn(car.distanceM, distanceM);
        if (!place) marker.remove();
        else
          marker
            .setLngLat(lngLat(frame, { x: valueAt(car.x, place), y: valueAt(car.y, place) }))
            .addTo(live.map);
      }
    };
    const point = (event: MapMouseEvent) => cursor.set(pointedDistance(live, frame, cars[0], event));
    follow();
    const stop = cursor.subscribe(follow);
    live.map.on('mousemove', point);
    live.map.on('mouseout', point);
    return () => {
      stop();
      live.map.off('mousemove', point);
      live.map.off('mouseout', point);
      for (const { marker } of markers) marker.remove();
    };
  }, [live, frame, cursor, cars]);
}

const NEAR_PX = 24;

/** The distance at which the pointer touches a car's line; null when it is not near it. */
function pointedDistance(
  live: LiveMap,
  frame: Frame,
  car: CursorCar | undefined,
  event: MapMouseEvent,
): number | null {
  if (!car || event.type === 'mouseout') return null;
  const { lng, lat } = event.lngLat;
  const shrink = Math.cos((lat * Math.PI) / 180);
  let nearest = { index: -1, gap: Number.POSITIVE_INFINITY };
  car.x.forEach((x, index) => {
    const [carLng, carLat] = lngLat(frame, { x, y: car.y[index] ?? Number.NaN });
    const gap = Math.hypot((carLng - lng) * shrink, carLat - lat);
    if (gap < nearest.gap) nearest = { index, gap };
  });
  const beside = live.map.unproject([event.point.x + NEAR_PX, event.point.y]);
  return nearest.gap <= Math.abs(beside.lng - lng) * shrink ? (car.distanceM[nearest.index] ?? null) : null;
}

function markerElement(car: CursorCar): HTMLElement {
  const element = document.createElement('div');
  element.className = 'cursor-marker';
  element.style.background = `var(--${car.token})`;
  return element;
}
