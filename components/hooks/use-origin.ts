'use client';

import { useHydrated } from './use-hydrated';

/** The address of the server that this page came from, such as https://pitwall.example; empty until the browser has the page. */
export const useOrigin = (): string => (useHydrated() ? window.location.origin : '');
