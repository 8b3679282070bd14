import { describe, expect, test } from 'vitest';
import { DATA_POLICY, pagePolicy, securityHeaders, tileOriginOf } from '@/lib/api/security-headers';

const PLAIN = { tileOrigin: null, captcha: false, dev: false };
const directive = (policy: string, name: string) =>
  policy
    .split('; ')
    .find((one) => one.startsWith(`${name} `))
    ?.slice(name.length + 1);

describe('the policy of pages', () => {
  test('lets scripts run by their nonce only', () => {
    const policy = pagePolicy('abc=', PLAIN);
    expect(directive(policy, 'script-src')).toBe("'self' 'nonce-abc=' 'strict-dynamic'");
    expect(policy).not.toMatch(/unsafe-eval|script-src[^;]*unsafe-inline|https?:/);
    for (const name of ['frame-src', 'frame-ancestors', 'object-src'])
      expect(directive(policy, name)).toBe("'none'");
    for (const name of ['base-uri', 'form-action', 'connect-src', 'default-src'])
      expect(directive(policy, name)).toBe("'self'");
  });

  test('names the tile host where maps need it, and nothing else of its URL', () => {
    const tileOrigin = tileOriginOf('https://tiles.example.org:8443/{z}/{x}/{y}.png?key=secret');
    const policy = pagePolicy('n', { ...PLAIN, tileOrigin });
    expect(directive(policy, 'img-src')).toBe("'self' data: blob: https://tiles.example.org:8443");
    expect(directive(policy, 'connect-src')).toBe("'self' https://tiles.example.org:8443");
    expect(policy).not.toContain('secret');
    expect(tileOriginOf(undefined)).toBeNull();
  });

  test('names the hosts of reCAPTCHA only when it is set', () => {
    const policy = pagePolicy('n', { ...PLAIN, captcha: true });
    for (const name of ['script-src', 'frame-src', 'connect-src'])
      expect(directive(policy, name)).toContain('https://www.gstatic.com/recaptcha/');
  });

  test('evaluates text in development only', () => {
    expect(directive(pagePolicy('n', { ...PLAIN, dev: true }), 'script-src')).toContain("'unsafe-eval'");
  });
});

describe('the headers of every answer', () => {
  const PLAIN_ANSWER = {
    policy: DATA_POLICY,
    scheme: 'http',
    host: 'localhost:3000',
    shared: false,
  } as const;

  test('ask for https on later visits only when this one came by https', () => {
    const plain = securityHeaders(PLAIN_ANSWER);
    const safe = securityHeaders({ ...PLAIN_ANSWER, scheme: 'https' });
    expect(plain).not.toHaveProperty('Strict-Transport-Security');
    expect(safe['Strict-Transport-Security']).toMatch(/^max-age=\d{7,}$/);
    expect(plain).toMatchObject({
      'X-Content-Type-Options': 'nosniff',
      'X-Frame-Options': 'DENY',
      'Referrer-Policy': 'same-origin',
      'Content-Security-Policy': "default-src 'none'; frame-ancestors 'none'",
      'Cross-Origin-Resource-Policy': 'same-origin',
      'Cross-Origin-Opener-Policy': 'same-origin',
    });
  });

  test('open an answer to other origins only when it is shared with them', () => {
    const shared = securityHeaders({ ...PLAIN_ANSWER, shared: true });
    expect(shared['Cross-Origin-Resource-Policy']).toBe('cross-origin');
  });

  test('keep windows apart wherever browsers take that, and do not make them complain elsewhere', () => {
    const opener = (scheme: 'http' | 'https', host: string | undefined) =>
      securityHeaders({ ...PLAIN_ANSWER, scheme, host })['Cross-Origin-Opener-Policy'];
    for (const host of ['localhost', '127.0.0.1:3000', '[::1]:3000'])
      expect(opener('http', host)).toBeDefined();
    expect(opener('https', 'pitwall.example')).toBeDefined();
    for (const host of ['192.168.1.5:3000', 'pitwall.local', undefined])
      expect(opener('http', host)).toBeUndefined();
  });
});
