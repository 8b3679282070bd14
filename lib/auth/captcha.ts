import { z } from 'zod';
import { messageOf } from '@/lib/errors';

/** `unreachable`: its host gave no verdict on the captcha; that is never the fault of whoever solved it. */
export type CaptchaVerdict = 'solved' | 'wrong' | 'unreachable';

export type Captcha = {
  /** Public; the login page needs it. */
  siteKey: string;
  /** Asks the host about the text that the page's captcha gave; never throws. */
  solve(token: string, ip: string): Promise<CaptchaVerdict>;
};

const VERIFY_URL = 'https://www.google.com/recaptcha/api/siteverify';
const ANSWER_WITHIN_MS = 5_000;
/** Real ones have about 2,000 characters. */
const LONGEST_TOKEN = 16_000;
/** Codes that accuse our own keys or our request, not the visitor. */
const OUR_FAULTS = /^(missing-input-secret|invalid-input-secret|bad-request|invalid-keys)$/;

const answerShape = z.object({
  success: z.boolean(),
  'error-codes': z.array(z.string()).optional(),
});

/**
 * reCAPTCHA by its two keys. `report` gets a line whenever the host gives no verdict, with the reason and never with
 * the secret. `verifyUrl`, `fetch` and `timeoutMs` are for tests.
 */
export function openCaptcha(options: {
  secret: string;
  siteKey: string;
  verifyUrl?: string;
  fetch?: typeof fetch;
  timeoutMs?: number;
  report?: (line: string) => void;
}): Captcha {
  const {
    secret,
    siteKey,
    verifyUrl = VERIFY_URL,
    timeoutMs = ANSWER_WITHIN_MS,
    report = () => {},
  } = options;
  const send = options.fetch ?? fetch;
  return {
    siteKey,
    async solve(token, ip) {
      if (token === '' || token.length > LONGEST_TOKEN) return 'wrong';
      try {
        const response = await send(verifyUrl, {
          method: 'POST',
          body: new URLSearchParams({ secret, response: token, remoteip: ip }),
          redirect: 'error',
          signal: AbortSignal.timeout(timeoutMs),
        });
        if (!response.ok) throw new Error(`it answered with status ${response.status}`);
        return verdictOf(await response.json());
      } catch (error) {
        report(
          `The captcha's host gave no verdict (${reasonOf(error)}): logins wait longer and longer instead.`,
        );
        return 'unreachable';
      }
    },
  };
}

function verdictOf(answer: unknown): CaptchaVerdict {
  const read = answerShape.safeParse(answer);
  if (!read.success) throw new Error('it answered with something else than a verdict');
  const codes = read.data['error-codes'] ?? [];
  const ours = codes.find((code) => OUR_FAULTS.test(code));
  if (ours) throw new Error(`it says ${ours}; check RECAPTCHA_SECRET_KEY`);
  return read.data.success ? 'solved' : 'wrong';
}

/** `fetch` itself says only that it failed; the reason is its cause. */
const reasonOf = (error: unknown): string =>
  messageOf(error instanceof Error && error.cause instanceof Error ? error.cause : error);
