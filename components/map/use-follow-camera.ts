'use client';

import { useEffect, useState } from 'react';
import type { Frame } from '@/lib/timing/types';
import type { CarTrails } from './car-trails';
import { type Box, boxOf, lngLat } from './projection';
import type { LiveMap } from './use-map';
import type { CarFeed } from './use-moving-cars';

const CHECK_MS = 400;
const PADDING_PX = 36;
/** How far from the middle the followed car may come, as part of the map's size. */
const FREE_PART = 0.22;
const CLOSER = 1.2;

type Camera = { isHeld: boolean; hold(): void; whole(): void };

/**
 * Keeps the followed car in the middle of the map until the reader moves it away; without a track it keeps all cars
 * in the picture. `box` is the track's.
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
      if (event.originalEvent) setHeld(false);
    };
    live.map.on('dragstart', free);
    return () => {
      live.map.off('dragstart', free);
    };
  }, [live]);

  useEffect(() => {
    if (!live || !isHeld) return;
    if (followed === null) {
      if (box) return showBox(live, box);
      const frameCars = () => fitCars(live, feed, frame);
      frameCars();
      const timer = setInterval(frameCars, CHECK_MS);
      return () => clearInterval(timer);
    }
    let isFirst = true;
    const keep = () => {
      if (keepInMiddle(live, trails, followed, isFirst)) isFirst = false;
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
      const all = box ?? boxOfCars(feed, frame);
      if (live && all) showBox(live, all);
    },
  };
}

const duration = () => (window.matchMedia('(prefers-reduced-motion: reduce)').matches ? 0 : 500);

function showBox(live: LiveMap, box: Box): void {
  live.map.fitBounds(box, { padding: PADDING_PX, maxZoom: 22, duration: duration() });
}

/** Whether the car is known. */
function keepInMiddle(live: LiveMap, trails: CarTrails, followed: number, isFirst: boolean): boolean {
  const centre = trails.newest(followed);
  if (!centre) return false;
  const { map } = live;
  if (isFirst) {
    const zoom = Math.max(map.getZoom(), wholeZoom(live) + CLOSER);
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

const wholeZooms = new WeakMap<object, number>();

/** The zoom at which this map began: the whole track. */
function wholeZoom({ map }: LiveMap): number {
  const known = wholeZooms.get(map) ?? map.getZoom();
  wholeZooms.set(map, known);
  return known;
}

function boxOfCars(feed: CarFeed, frame: Frame): Box | null {
  return boxOf(feed.cars().map(([, , x, y]) => lngLat(frame, { x, y })));
}

/** Moves only when a car has left the picture. */
function fitCars(live: LiveMap, feed: CarFeed, frame: Frame): void {
  const box = boxOfCars(feed, frame);
  if (!box || live.map.isMoving()) return;
  const seen = live.map.getBounds();
  const isIn = box.every((corner) => seen.contains(corner));
  if (!isIn || live.map.getZoom() < 3)
    live.map.fitBounds(box, { padding: 80, maxZoom: 17, duration: duration() });
}
