import type { ExportFormat } from '@/lib/contracts/exports';
import type { ExportFile } from '@/lib/services/exports';
import { attachment } from './csv';

const TYPES: Record<ExportFormat, string> = {
  csv: 'text/csv; charset=utf-8',
  json: 'application/json; charset=utf-8',
  gpx: 'application/gpx+xml; charset=utf-8',
  vbo: 'text/plain; charset=utf-8',
};

/** The same for the document. */
export const EXPORT_MEDIA = Object.entries(TYPES).map(([format, type]) => ({
  type: type.split(';')[0] ?? type,
  description: `The file (\`format=${format}\`).`,
}));

/** A file to save, sent as it is written; a client that goes away ends it. */
export function exportResponse({ name, pieces }: ExportFile, format: ExportFormat): Response {
  const encoder = new TextEncoder();
  const body = new ReadableStream<Uint8Array>({
    async pull(controller) {
      const { value, done } = await pieces.next();
      if (done) controller.close();
      else controller.enqueue(encoder.encode(value));
    },
    async cancel() {
      await pieces.return(undefined);
    },
  });
  return new Response(body, {
    headers: {
      'Content-Type': TYPES[format],
      'Content-Disposition': attachment(name),
      'Cache-Control': 'no-store',
    },
  });
}
