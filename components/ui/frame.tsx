'use client';

import { createContext, type ReactNode, useContext } from 'react';

/** Who looks at the page. */
export type Viewer = { id: number; username: string; level: number; levelName: string };

/** A place that the frame leads to. */
export type Place = {
  href: string;
  words: string;
  /** The second key after `g`. */
  key: string | null;
  group: 'main' | 'own' | 'admin';
  /** Whether the viewer may go there. */
  isOpen: boolean;
  /** The level that it needs, in words. */
  needs: string;
};

export type Frame = {
  /** Null while nobody is logged in. */
  viewer: Viewer | null;
  places: readonly Place[];
};

const Context = createContext<Frame | null>(null);

/** Tells every part of the page who looks at it and where that person may go. */
export function FrameProvider({ frame, children }: { frame: Frame; children: ReactNode }) {
  return <Context value={frame}>{children}</Context>;
}

export function useFrame(): Frame {
  const frame = useContext(Context);
  if (!frame) throw new Error('useFrame is used outside of FrameProvider.');
  return frame;
}

/** The places of a group that the viewer may go to. */
export function useOpenPlaces(group: Place['group']): readonly Place[] {
  return useFrame().places.filter((place) => place.group === group && place.isOpen);
}
