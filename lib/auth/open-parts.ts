import { createHmac } from 'node:crypto';
import type { RedisConnection } from '@/lib/live/redis';
import { openCaptcha } from './captcha';
import { openLoginGuard } from './login-guard';
import type { AuthParts } from './parts';
import { openRateLimiter } from './rate-limits';
import { tokenSigner } from './tokens';

export type AuthSettings = {
  secret: string;
  setupToken?: string | undefined;
  captcha?: { secret: string; siteKey: string } | undefined;
  publicRead?: boolean;
  upstreamOpen?: AuthParts['upstreamOpen'];
  /** Requests a client may make each minute; 0 = no limit. */
  ratePerMinute?: number;
  redis?: RedisConnection | undefined;
  report: (line: string) => void;
};

/** What logins and rights are checked with, out of the settings. */
export function openAuthParts(settings: AuthSettings): AuthParts {
  const { captcha, redis, report } = settings;
  const shared = redis ? { redis } : {};
  return {
    signer: tokenSigner(settings.secret),
    csrfSecret: createHmac('sha256', settings.secret).update('csrf').digest('hex'),
    guard: openLoginGuard({ ...shared, captcha: captcha !== undefined }),
    captcha: captcha ? openCaptcha({ ...captcha, report }) : null,
    limiter: openRateLimiter({ ...shared, perMinute: settings.ratePerMinute ?? 0 }),
    setupToken: settings.setupToken ?? null,
    publicRead: settings.publicRead ?? false,
    upstreamOpen: settings.upstreamOpen ?? 'none',
  };
}
