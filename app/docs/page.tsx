import type { Metadata } from 'next';
import { ApiReference } from '@/components/docs/api-reference';
import { Introduction } from '@/components/docs/introduction';
import { INTRODUCTION } from '@/lib/api/openapi-words';
import './swagger.css';

export const metadata: Metadata = { title: 'API' };

const DOCUMENT = '/api/v1/openapi.json';

/** Reading the document needs no login: who may ask nothing else may still read how to ask. */
export default function DocsPage() {
  return (
    <>
      <div className="mb-3 flex flex-wrap items-baseline gap-x-4 gap-y-1">
        <h1 className="text-xl font-semibold">API</h1>
        <a href={DOCUMENT} className="target inline-flex items-center text-sm text-accent underline">
          OpenAPI 3.1 document (JSON)
        </a>
      </div>
      <Introduction text={INTRODUCTION} />
      <section className="mt-6">
        <h2 className="mb-1 text-lg font-semibold">Operations</h2>
        <p className="mb-3 max-w-[75ch] text-sm text-soft">
          “Try it out” asks this server, as the account that is logged in here. To ask with a token or key,
          paste it under “Authorize”.
        </p>
        <ApiReference documentUrl={DOCUMENT} />
      </section>
    </>
  );
}
