'use client';

import { useEffect, useRef, useState } from 'react';
import { showDocument } from './swagger';

/** Every operation of the API, with forms to ask them. */
export function ApiReference({ documentUrl }: { documentUrl: string }) {
  const frame = useRef<HTMLDivElement>(null);
  const [state, setState] = useState<'loading' | 'shown' | { fault: string }>('loading');
  useEffect(() => {
    const node = document.createElement('div');
    frame.current?.append(node);
    let isGone = false;
    let close = () => {};
    showDocument(node, documentUrl)
      .then((hide) => {
        close = hide;
        if (isGone) hide();
        else setState('shown');
      })
      .catch((error: unknown) => {
        if (!isGone) setState({ fault: error instanceof Error ? error.message : String(error) });
      });
    return () => {
      isGone = true;
      close();
      node.remove();
    };
  }, [documentUrl]);
  return (
    <>
      <div ref={frame} className="api-docs" aria-busy={state === 'loading'} />
      {state === 'loading' && <p className="text-sm text-soft">Loading the operations …</p>}
      {typeof state === 'object' && (
        <p role="alert" className="text-sm text-danger">
          {state.fault} Load the page again, or read <a href={documentUrl}>the document itself</a>.
        </p>
      )}
      <noscript>
        <p className="text-sm">
          The operations need JavaScript. <a href={documentUrl}>The document itself</a> does not.
        </p>
      </noscript>
    </>
  );
}
