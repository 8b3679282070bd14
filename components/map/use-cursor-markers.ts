'use client';

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

/** Keeps one DOM marker for each car at the cursor; moving those redraws nothing of the map. */
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
      marker: new live.library.Marker({ element: markerElement(car) }),
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
    follow();
    const stop = cursor.subscribe(follow);
    return () => {
      stop();
      for (const { marker } of markers) marker.remove();
    };
  }, [live, frame, cursor, cars]);
}

function markerElement(car: CursorCar): HTMLElement {
  const element = document.createElement('div');
  element.className = 'cursor-marker';
  element.style.background = `var(--${car.token})`;
  return element;
}
