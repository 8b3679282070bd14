const AGAIN_MS = 2_000;

/**
 * Listens to server-sent events of one name until it is called off. A browser reconnects after a cut, but gives up for
 * good when the server answers with an error, as one that starts anew does: then it is opened again.
 */
export function listenTo(
  url: string,
  name: string,
  hear: (event: MessageEvent<string>) => void,
  cut: (isCut: boolean) => void,
): () => void {
  let source: EventSource;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const open = () => {
    source = new EventSource(url);
    source.addEventListener(name, hear);
    source.onopen = () => cut(false);
    source.onerror = () => {
      cut(true);
      if (source.readyState === EventSource.CLOSED) timer = setTimeout(open, AGAIN_MS);
    };
  };
  open();
  return () => {
    clearTimeout(timer);
    source.close();
  };
}
