import http from 'node:http';
import { text } from 'node:stream/consumers';
import { afterAll } from 'vitest';

/** What goes wrong at the captcha's host; `slow` never answers. */
export type CaptchaFault = 'slow' | '500' | 'html' | 'redirect' | 'other json';

export type FakeCaptcha = {
  verifyUrl: string;
  secret: string;
  fault: CaptchaFault | null;
  /** What was asked, oldest first. */
  asked: { token: string; ip: string }[];
};

/**
 * A captcha host on loopback with the rules of Google's: a form is posted, the secret must be right, the token is
 * good when it begins with `solved`, and each token only once. Gone after the test file.
 */
export async function startFakeCaptcha(): Promise<FakeCaptcha> {
  const used = new Set<string>();
  const fake: FakeCaptcha = { verifyUrl: '', secret: 'fake-captcha-secret', fault: null, asked: [] };
  const judge = (form: URLSearchParams): object => {
    const token = form.get('response') ?? '';
    fake.asked.push({ token, ip: form.get('remoteip') ?? '' });
    if (form.get('secret') !== fake.secret)
      return { success: false, 'error-codes': ['invalid-input-secret'] };
    if (used.has(token)) return { success: false, 'error-codes': ['timeout-or-duplicate'] };
    if (!token.startsWith('solved')) return { success: false, 'error-codes': ['invalid-input-response'] };
    used.add(token);
    return { success: true, challenge_ts: '2026-01-01T00:00:00Z', hostname: 'localhost' };
  };
  const server = http.createServer(async (request, response) => {
    const isForm = request.headers['content-type']?.startsWith('application/x-www-form-urlencoded');
    const body = await text(request);
    if (request.method !== 'POST' || !isForm) return void response.writeHead(400).end();
    if (fake.fault === 'slow') return;
    if (fake.fault === '500') return void response.writeHead(500).end('{"success":true}');
    if (fake.fault === 'html') return void response.end('<html>Sorry</html>');
    if (fake.fault === 'redirect' && request.url === '/siteverify')
      return void response.writeHead(307, { location: '/elsewhere' }).end();
    if (fake.fault === 'other json') return void response.end('{"success":"true"}');
    response.end(JSON.stringify(judge(new URLSearchParams(body))));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The fake captcha has no port.');
  fake.verifyUrl = `http://127.0.0.1:${address.port}/siteverify`;
  afterAll(() => {
    server.closeAllConnections();
    server.close();
  });
  return fake;
}
