import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openApiDocument } from '@/lib/api/openapi';
import { OPERATIONS } from '@/lib/api/operations';
import { hashPassword } from '@/lib/auth/password';
import { apiError } from '@/lib/contracts/common';
import { changeUser } from '@/lib/db/users';
import { trackToFile } from '@/lib/formats/track-file';
import { makeNamedAdministrator } from '@/lib/services/setup';
import { apiRoutes, type FoundRoute } from '../support/api-routes';
import { circleCsv, circleTrack } from '../support/circle';
import { testDatabases } from '../support/database';
import { type DocumentedOperation, type FuzzedRequest, requestsOf } from '../support/fuzzed-requests';
import { GOOD_REQUESTS, PASSWORD } from '../support/good-requests';
import { makePerson } from '../support/people';
import { openProduct, type Product } from '../support/product';
import type { Schema } from '../support/values-of-schema';

const [database] = await testDatabases();
if (!database) throw new Error('There is always the embedded database.');

const SEED = 20_260_301;
const RUNS = { administrator: 14, nobody: 4 };

const document = JSON.parse(JSON.stringify(openApiDocument(OPERATIONS, { version: 'x', publicUrl: null })));
const resolve = (ref: string): Schema =>
  ref
    .slice(2)
    .split('/')
    .reduce((at, step) => at[step], document);

/** What deletes comes last, so that the others find something. */
const routes = (await apiRoutes()).sort(
  (a, b) => Number(a.operation.method === 'DELETE') - Number(b.operation.method === 'DELETE'),
);

let product: Product;
let passwordHash: string;
beforeAll(async () => {
  passwordHash = await hashPassword(PASSWORD);
  product = await openProduct(database);
  await product.drop([{ name: 'track.json', content: JSON.stringify(trackToFile(circleTrack())) }]);
  const channels = { rpm: (row: number) => row };
  await product.drop([
    { name: 'a.csv', content: circleCsv({ channels }) },
    { name: 'b.csv', content: circleCsv({ startMs: 1_750_000_003_000 }) },
  ]);
  await product.drop([{ name: 'p.csv', content: 'time_ms,x_m,y_m\n1000,0,0\n1100,1,1\n1200,2,2\n' }]);
  await product.runtime.sql`update session_entries set driver = 'Ada', car = 'GT3'`;
  await makeNamedAdministrator(product.ctx, { username: 'first', password: PASSWORD, reset: false });
  // What asks for work only has to ask well.
  await product.pause();
});
afterAll(() => product?.stop());

async function send(
  { operation, handler }: FoundRoute,
  asked: FuzzedRequest,
  headers: Record<string, string>,
) {
  const path = operation.path.replace(/\{\w+\}/g, 'x');
  const request = new Request(`http://127.0.0.1:3000${path}${asked.search}`, {
    method: operation.method,
    headers: { ...headers, ...(asked.contentType === null ? {} : { 'content-type': asked.contentType }) },
    ...(asked.body === null ? {} : { body: asked.body }),
  });
  return handler(request, { params: Promise.resolve(asked.params) });
}

/** Throws unless the answer is one that the document promises. */
async function check(answer: Response, described: DocumentedOperation, below = 500): Promise<void> {
  const type = answer.headers.get('content-type') ?? '';
  if (type.startsWith('text/event-stream')) return answer.body?.cancel();
  const text = await answer.text();
  expect(answer.status, text).toBeLessThan(below);
  expect(Object.keys(described.responses), `status ${answer.status}: ${text}`).toContain(
    String(answer.status),
  );
  const requestId = answer.headers.get('x-request-id');
  expect(requestId).toBeTruthy();
  if (answer.status < 400) return;
  const error = apiError.strict().parse(JSON.parse(text));
  expect(error).toMatchObject({ status_code: answer.status, request_id: requestId });
  expect(error.message).not.toMatch(/undefined|\[object|Invalid input$/);
}

describe.each(routes.map((route) => ({ name: `${route.operation.method} ${route.path}`, route })))(
  '$name',
  ({ route }) => {
    const described: DocumentedOperation =
      document.paths[route.operation.path][route.operation.method.toLowerCase()];
    const requests = requestsOf(described, resolve);

    test('does what it is asked well', async () => {
      const person = await makePerson(product.ctx, 5);
      const good = await GOOD_REQUESTS[route.operation.id]?.({ product, person, passwordHash });
      const asked = { params: { id: '1' }, search: '', body: null, contentType: null, ...good };
      const answer = await send(route, asked, person.headers);
      await check(answer, described, 300);
    });

    test.each(['administrator', 'nobody'] as const)('answers %s as the document says', async (who) => {
      await fc.assert(
        fc.asyncProperty(requests, async (asked) => {
          // Each time somebody else: a run may log out, change its password or lose its level.
          const person = who === 'nobody' ? null : await makePerson(product.ctx, 5);
          // Passwords are tried against it.
          if (person) await changeUser(product.ctx.db, person.row.id, { passwordHash });
          const answer = await send(route, asked, person?.headers ?? {});
          await check(answer, described);
        }),
        { seed: SEED, numRuns: RUNS[who], endOnFailure: true },
      );
    });
  },
);
