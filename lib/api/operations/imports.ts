import { z } from 'zod';
import { id, listQuery, plainText } from '@/lib/contracts/common';
import { importAccepted, importFields, importItem, importList } from '@/lib/contracts/imports';
import { sseResponse } from '@/lib/live/sse';
import { IMPORTS_TOPIC, isOfBatch } from '@/lib/services/import/progress';
import { acceptUpload, getImport, listImports } from '@/lib/services/imports';
import { operation } from '../operation';
import { watchLogin } from '../request-context';
import { receiveUpload } from '../upload';

const batch = plainText.max(64).optional();

export const listImportsOperation = operation('listImports', {
  method: 'GET',
  path: '/api/v1/imports',
  summary: 'Imports, newest first',
  action: listImports.action,
  query: listQuery.extend({ batch }),
  answer: importList,
  fn: ({ ctx, query }) => listImports(ctx, query),
});

export const createImportOperation = operation('createImport', {
  method: 'POST',
  path: '/api/v1/imports',
  summary: 'Import logger files',
  description: 'Up to 100 files of up to 200 MB each. Fields come before the files.',
  action: acceptUpload.action,
  otherBody: {
    type: 'multipart/form-data',
    description:
      'Files in `file`; before them, if wanted, `track_id`, `session_name`, `batch`, and `modified` (JSON: file name to epoch milliseconds).',
    fields: importFields,
  },
  answer: importAccepted,
  status: 202,
  async fn({ ctx, request }) {
    const { signal, release } = await watchLogin(ctx, request);
    try {
      const upload = await receiveUpload(request, ctx, signal);
      return await acceptUpload(ctx, { ...upload, batch: upload.batch ?? crypto.randomUUID() });
    } finally {
      release();
    }
  },
});

export const getImportOperation = operation('getImport', {
  method: 'GET',
  path: '/api/v1/imports/{id}',
  summary: 'How far an import is, or how it ended',
  action: getImport.action,
  params: z.object({ id }),
  answer: importItem,
  fn: ({ ctx, params }) => getImport(ctx, params.id),
});

export const streamImportsOperation = operation('streamImports', {
  method: 'GET',
  path: '/api/v1/imports/stream',
  summary: 'Imports as they go on',
  description:
    'Server-sent events `import`, each with the whole import. Last-Event-ID goes on where it ended.',
  action: listImports.action,
  query: z.object({ batch }),
  answer: null,
  status: 200,
  otherAnswers: [{ type: 'text/event-stream', description: 'Events `import`.' }],
  fn: async ({ ctx, request, query }) =>
    sseResponse({
      bus: ctx.bus,
      topic: IMPORTS_TOPIC,
      event: 'import',
      // Oldest first, as they came.
      initial: async () => (await listImports(ctx, { ...query, limit: 100 })).items.reverse(),
      wants: (data) => query.batch === undefined || isOfBatch(data, query.batch),
      lastEventId: request.headers.get('last-event-id'),
      ...(await watchLogin(ctx, request)),
    }),
});
