'use client';

import { useSyncExternalStore } from 'react';

/** The tokens as plain colours, for what is drawn on a canvas. */
export type Tokens = (name: string) => string;

let cached: { key: string; tokens: Tokens } | null = null;

function subscribe(changed: () => void): () => void {
  const system = window.matchMedia('(prefers-color-scheme: dark)');
  const chosen = new MutationObserver(changed);
  chosen.observe(document.documentElement, { attributes: true, attributeFilter: ['data-theme'] });
  system.addEventListener('change', changed);
  return () => {
    chosen.disconnect();
    system.removeEventListener('change', changed);
  };
}

function snapshot(): Tokens {
  const style = getComputedStyle(document.documentElement);
  const key = style.getPropertyValue('--page').trim() + style.getPropertyValue('--text').trim();
  if (cached?.key !== key) {
    const held = new Map<string, string>();
    const tokens: Tokens = (name) => {
      const known = held.get(name) ?? style.getPropertyValue(`--${name}`).trim();
      held.set(name, known);
      return known;
    };
    cached = { key, tokens };
  }
  return cached.tokens;
}

/** The colours of the theme that is on now; null on the server. Changes with the theme. */
export function useTokens(): Tokens | null {
  return useSyncExternalStore<Tokens | null>(subscribe, snapshot, () => null);
}
