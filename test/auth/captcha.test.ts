import net from 'node:net';
import { beforeEach, describe, expect, it } from 'vitest';
import { openCaptcha } from '@/lib/auth/captcha';
import { type CaptchaFault, startFakeCaptcha } from '../support/fake-captcha';

const fake = await startFakeCaptcha();
const lines: string[] = [];
const open = (secret = fake.secret) =>
  openCaptcha({
    secret,
    siteKey: 'site-key',
    verifyUrl: fake.verifyUrl,
    timeoutMs: fake.fault === 'slow' ? 50 : 5_000,
    report: (line) => lines.push(line),
  });

beforeEach(() => {
  fake.fault = null;
  fake.asked.length = 0;
  lines.length = 0;
});

/** A port that was free a moment ago. */
async function closedPort(): Promise<number> {
  const server = net.createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === 'string') throw new Error('No free port.');
  return address.port;
}

describe('the captcha', () => {
  it('is solved by a right token, whose host learns the address', async () => {
    expect(await open().solve('solved & sent=1', '192.0.2.7')).toBe('solved');
    expect(fake.asked).toEqual([{ token: 'solved & sent=1', ip: '192.0.2.7' }]);
    expect(lines).toEqual([]);
  });

  it('is wrong with a wrong token, and with a right one the second time', async () => {
    expect(await open().solve('guessed', '192.0.2.7')).toBe('wrong');
    expect(await open().solve('solved twice', '192.0.2.7')).toBe('solved');
    expect(await open().solve('solved twice', '192.0.2.7')).toBe('wrong');
    expect(lines).toEqual([]);
  });

  it('is wrong without asking when the token is empty or absurdly long', async () => {
    expect(await open().solve('', '192.0.2.7')).toBe('wrong');
    expect(await open().solve(`solved${'x'.repeat(20_000)}`, '192.0.2.7')).toBe('wrong');
    expect(fake.asked).toEqual([]);
  });

  const faults: CaptchaFault[] = ['slow', '500', 'html', 'redirect', 'other json'];
  it.each(faults)('has no verdict when its host gives: %s', async (fault) => {
    fake.fault = fault;
    expect(await open().solve(`solved during ${fault}`, '192.0.2.7')).toBe('unreachable');
    expect(lines).toHaveLength(1);
    expect(lines.join()).not.toContain(fake.secret);
  });

  it('has no verdict when nobody listens', async () => {
    const verifyUrl = `http://127.0.0.1:${await closedPort()}/`;
    const captcha = openCaptcha({ secret: 's', siteKey: 'k', verifyUrl, report: (line) => lines.push(line) });
    expect(await captcha.solve('solved', '192.0.2.7')).toBe('unreachable');
    expect(lines.join()).toContain('ECONNREFUSED');
  });

  it('blames a wrong secret on the settings, not on the visitor', async () => {
    expect(await open('another-secret').solve('solved', '192.0.2.7')).toBe('unreachable');
    expect(lines.join()).toContain('RECAPTCHA_SECRET_KEY');
    expect(lines.join()).not.toContain('another-secret');
  });
});
