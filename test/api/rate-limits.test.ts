import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import * as me from '@/app/api/v1/me/route';
import { openRateLimiter } from '@/lib/auth/rate-limits';
import { apiError } from '@/lib/contracts/common';
import { testDatabases } from '../support/database';
import { makePerson } from '../support/people';
import { openProduct, type Product } from '../support/product';

const [database] = await testDatabases();
if (!database) throw new Error('There is always the embedded database.');

let product: Product;
beforeAll(async () => {
  product = await openProduct(database);
});
afterAll(() => product?.stop());

const context = () => ({ params: Promise.resolve({}) });
const ask = (headers: Record<string, string>) => new Request('http://127.0.0.1:3000/api/v1/me', { headers });

describe('the limit of requests', () => {
  test('counts each caller by himself and says honestly what is left', async () => {
    const { limiter } = product.ctx.auth;
    product.ctx.auth.limiter = openRateLimiter({ perMinute: 3 });
    try {
      const [one, two] = [await makePerson(product.ctx, 1), await makePerson(product.ctx, 1)];
      const lefts: (string | null)[] = [];
      for (let request = 0; request < 3; request++) {
        const answer = await me.GET(ask(one.headers), context());
        expect(answer.headers.get('ratelimit-limit')).toBe('3');
        lefts.push(answer.headers.get('ratelimit-remaining'));
      }
      expect(lefts).toEqual(['2', '1', '0']);
      const over = await me.GET(ask(one.headers), context());
      expect(Number(over.headers.get('retry-after'))).toBeGreaterThanOrEqual(1);
      expect(over.headers.get('ratelimit-remaining')).toBe('0');
      expect(apiError.parse(await over.json())).toMatchObject({
        status_code: 429,
        error: 'too_many_requests',
      });
      expect((await me.GET(ask(two.headers), context())).status).toBe(200);
    } finally {
      product.ctx.auth.limiter = limiter;
    }
  });

  test('counts tries of tokens by address', async () => {
    const { limiter } = product.ctx.auth;
    product.ctx.auth.limiter = openRateLimiter({ perMinute: 3 });
    try {
      const tryOne = (ip: string) =>
        me.GET(ask({ authorization: 'Bearer x.y.z', 'x-pitwall-ip': ip }), context());
      const statuses: number[] = [];
      for (let request = 0; request < 5; request++) statuses.push((await tryOne('192.0.2.1')).status);
      expect(statuses).toEqual([401, 401, 401, 429, 429]);
      expect((await tryOne('192.0.2.2')).status).toBe(401);
    } finally {
      product.ctx.auth.limiter = limiter;
    }
  });
});
