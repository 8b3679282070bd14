import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { DELETE, GET, PATCH, POST, PUT } from '@/app/api/auth/[...nextauth]/route';
import { ledByPath } from '@/lib/api/browser-login';
import { apiError } from '@/lib/contracts/common';
import { testDatabases } from '../support/database';
import { openProduct, type Product } from '../support/product';

const [database] = await testDatabases();
if (!database) throw new Error('There is always the embedded database.');

let product: Product;
beforeAll(async () => {
  product = await openProduct(database);
});
afterAll(() => product?.stop());

const handlers = { DELETE, GET, PATCH, POST, PUT };

async function refused(method: keyof typeof handlers, path: string, init: RequestInit = {}) {
  const [name = ''] = path.split('?');
  const request = new Request(`http://127.0.0.1:3000/api/auth/${path}`, { method, ...init });
  const answer = await handlers[method](request, { params: Promise.resolve({ nextauth: name.split('/') }) });
  const { error } = apiError.parse(await answer.json());
  return [answer.status, error, answer.headers.get('allow')];
}

describe('the browser’s login', () => {
  test('takes no password from a query, and no method that it does not have', async () => {
    const query = 'callback/credentials?username=ada&password=long+enough';
    expect(await refused('GET', query)).toEqual([405, 'method_not_allowed', 'POST']);
    for (const method of ['PUT', 'PATCH', 'DELETE'] as const)
      expect(await refused(method, 'session')).toEqual([405, 'method_not_allowed', 'GET']);
    for (const path of ['csrf', 'session', 'providers', 'error'])
      expect(await refused('POST', path)).toEqual([405, 'method_not_allowed', 'GET']);
  });

  test('has no other path', async () => {
    for (const path of ['_log', 'callback', 'callback/nobody', 'callback/credentials/x', 'constructor'])
      expect(await refused('POST', path)).toEqual([404, 'not_found', null]);
  });

  test('refuses a body that is no JSON though it says so', async () => {
    const init = { body: '{bad', headers: { 'content-type': 'application/json' } };
    expect(await refused('POST', 'callback/credentials', init)).toEqual([400, 'bad_request', null]);
  });

  test.each([
    ['http://localhost:3000/sessions?page=2', '/sessions?page=2'],
    ['http://localhost:3000', '/'],
    ['http://localhost:3000//elsewhere.example', '/elsewhere.example'],
    ['http://localhost:3000/\\elsewhere.example', '/elsewhere.example'],
    ['/login?error=x', '/login?error=x'],
  ])('leads from %s to %s, on this server', (location, led) => {
    const answer = new Response(null, { status: 302, headers: { location } });
    expect(ledByPath(answer).headers.get('location')).toBe(led);
  });
});
