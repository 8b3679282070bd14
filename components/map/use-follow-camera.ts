'use client';

import { useEffect, useState } from 'react';
import type { Frame } from '@/lib/timing/types';
import type { CarTrails } from './car-trails';
import { type Box, boxOf, lngLat } from './projection';
import type { LiveMap } from './use-map';
import type { CarFeed } from './use-moving-cars';

const CHECK_MS = 400;
/** How close the whole may come: a track as far as it fits, cars so that some ground is around them. */
const TRACK_FIT = { padding: 36, maxZoom: 22 };
const CARS_FIT = { padding: 80, maxZoom: 17 };
/** How far from the middle the followed car may come, as part of the map's size. */
const FREE_PART = 0.22;
const CLOSER = 1.2;

type Whole = { box: Box; fit: typeof TRACK_FIT };

type Camera = { isHeld: boolean; hold(): void; whole(): void };

/**
 * Keeps the followed car in the middle of the map until the reader drags it away. While nobody is followed it shows
 * the track once, or keeps all cars in the picture where there is none, until the reader moves or zooms the map.
 * `box` is the track's.
 */
export function useFollowCamera(
  live: LiveMap | null,
  trails: CarTrails,
  feed: CarFeed,
  frame: Frame,
  followed: number | null,
  box: Box | null,
): Camera {
  const [isHeld, setHeld] = useState(true);
  const [before, setBefore] = useState(followed);
  if (before !== followed) {
    setBefore(followed);
    setHeld(true);
  }

  useEffect(() => {
    if (!live) return;
    const free = (event: { originalEvent?: unknown }) => {
      // The first turn of a wheel comes without its event.
      if (event.originalEvent || live.map.scrollZoom.isZooming()) setHeld(false);
    };
    live.map.on('dragstart', free);
    // A car stays in the middle at any zoom.
    if (followed === null) live.map.on('zoomstart', free);
    return () => {
      live.map.off('dragstart', free);
      live.map.off('zoomstart', free);
    };
  }, [live, followed]);

  useEffect(() => {
    if (!live || !isHeld) return;
    if (followed === null) {
      if (box) return show(live, { box, fit: TRACK_FIT });
      const frameCars = () => fitCars(live, feed, frame);
      frameCars();
      const timer = setInterval(frameCars, CHECK_MS);
      return () => clearInterval(timer);
    }
    let isFirst = true;
    const keep = () => {
      const whole = isFirst ? wholeOf(box, feed, frame) : null;
      if (keepInMiddle(live, trails, followed, whole)) isFirst = false;
    };
    keep();
    const timer = setInterval(keep, CHECK_MS);
    return () => clearInterval(timer);
  }, [live, isHeld, followed, trails, feed, frame, box]);

  return {
    isHeld,
    hold: () => setHeld(true),
    whole: () => {
      setHeld(false);
      const all = wholeOf(box, feed, frame);
      if (live && all) show(live, all);
    },
  };
}

const duration = () => (window.matchMedia('(prefers-reduced-motion: reduce)').matches ? 0 : 500);

/** The track, else all cars; null where there is neither. */
function wholeOf(track: Box | null, feed: CarFeed, frame: Frame): Whole | null {
  if (track) return { box: track, fit: TRACK_FIT };
  const box = boxOf(feed.cars().map(([, , x, y]) => lngLat(frame, { x, y })));
  return box && { box, fit: CARS_FIT };
}

function show(live: LiveMap, { box, fit }: Whole): void {
  live.map.fitBounds(box, { ...fit, duration: duration() });
}

/** Whether the car is known. `whole` = come closer than that first. */
function keepInMiddle(live: LiveMap, trails: CarTrails, followed: number, whole: Whole | null): boolean {
  const centre = trails.newest(followed);
  if (!centre) return false;
  const { map } = live;
  if (whole) {
    const wholeZoom = map.cameraForBounds(whole.box, whole.fit)?.zoom ?? map.getZoom();
    const zoom = Math.max(map.getZoom(), wholeZoom + CLOSER);
    map.easeTo({ center: centre, zoom, duration: duration() });
    return true;
  }
  const { clientWidth, clientHeight } = map.getContainer();
  const at = map.project(centre);
  const isOff =
    Math.abs(at.x - clientWidth / 2) > clientWidth * FREE_PART ||
    Math.abs(at.y - clientHeight / 2) > clientHeight * FREE_PART;
  if (isOff && !map.isMoving()) map.easeTo({ center: centre, duration: duration() });
  return true;
}

/** Moves only when a car has left the picture. */
function fitCars(live: LiveMap, feed: CarFeed, frame: Frame): void {
  const all = wholeOf(null, feed, frame);
  if (!all || live.map.isMoving()) return;
  const seen = live.map.getBounds();
  const isIn = all.box.every((corner) => seen.contains(corner));
  if (!isIn || live.map.getZoom() < 3) show(live, all);
}
