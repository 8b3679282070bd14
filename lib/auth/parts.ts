import type { Captcha } from './captcha';
import type { LoginGuard } from './login-guard';
import type { RateLimiter } from './rate-limits';
import type { TokenSigner } from './tokens';

/** What logins are checked with. */
export type AuthParts = {
  signer: TokenSigner;
  /** Signs the CSRF cookie of the login page. */
  csrfSecret: string;
  guard: LoginGuard;
  /** Null without reCAPTCHA keys. */
  captcha: Captcha | null;
  limiter: RateLimiter;
  /** What the first login from another machine must bring; null = it cannot be made from there. */
  setupToken: string | null;
  /** Whether everybody may read without login. */
  publicRead: boolean;
  /** Whose robots may send without a login: everybody's, those of the server's own machine, nobody's. */
  upstreamOpen: 'all' | 'local' | 'none';
};
