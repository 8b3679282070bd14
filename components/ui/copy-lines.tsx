'use client';

import { Copy } from 'lucide-react';
import { useState } from 'react';
import { Button } from './button';

/** Text to copy, with a button that does it. */
export function CopyLines({ text, label }: { text: string; label: string }) {
  const [said, setSaid] = useState('');
  const copy = () =>
    // The clipboard is missing where the page came without encryption; the text can be marked there.
    (navigator.clipboard?.writeText(text) ?? Promise.reject(new Error('no clipboard'))).then(
      () => setSaid('Copied'),
      () => setSaid('Mark the text and copy it'),
    );
  return (
    <section aria-label={label} className="flex flex-col gap-1">
      <pre
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard.
        tabIndex={0}
        className="overflow-x-auto rounded-md border border-line bg-panel p-2 font-mono text-xs select-all"
      >
        {text}
      </pre>
      <div className="flex items-center gap-2">
        <Button onPress={copy}>
          <Copy size={16} aria-hidden /> Copy
        </Button>
        <span role="status" className="text-sm text-soft">
          {said}
        </span>
      </div>
    </section>
  );
}
