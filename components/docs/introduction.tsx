import { Fragment } from 'react';

/** Paragraphs, headings (`## `) and `code` of the document's own introduction. */
export function Introduction({ text }: { text: string }) {
  const [opening = '', ...parts] = text.split(/^## /m);
  return (
    <>
      <Paragraphs text={opening} />
      <div className="grid gap-x-8 gap-y-4 md:grid-cols-2 xl:grid-cols-3">
        {parts.map((part) => {
          const [title = '', ...lines] = part.split('\n');
          return (
            <section key={title}>
              <h2 className="mb-1 text-lg font-semibold">{title}</h2>
              <Paragraphs text={lines.join('\n')} />
            </section>
          );
        })}
      </div>
    </>
  );
}

function Paragraphs({ text }: { text: string }) {
  const paragraphs = text.split(/\n{2,}/).filter((part) => part.trim() !== '');
  return paragraphs.map((part) => (
    <p key={part} className="mb-2 max-w-[75ch] text-sm text-soft">
      <WithCode text={part} />
    </p>
  ));
}

/** Every second piece between backquotes is code. */
function WithCode({ text }: { text: string }) {
  return text.split('`').map((piece, index) => {
    const key = `${index} ${piece}`;
    return index % 2 === 0 ? (
      <Fragment key={key}>{piece}</Fragment>
    ) : (
      <code key={key} className="rounded bg-raised px-1 font-mono text-xs break-words text-text">
        {piece}
      </code>
    );
  });
}
