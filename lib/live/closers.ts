/**
 * What ends the open streams of this process, for a graceful stop. It hangs on globalThis because the server and its
 * routes load different copies of this module.
 */
export function streamClosers(): Set<() => void> {
  const shared: typeof globalThis & { pitwallStreamClosers?: Set<() => void> } = globalThis;
  shared.pitwallStreamClosers ??= new Set();
  return shared.pitwallStreamClosers;
}

/** Ends every open stream. */
export function closeStreams(): void {
  for (const close of [...streamClosers()]) close();
}
