import { isLoopback } from '@/lib/auth/client-address';

/** What of the settings the headers depend on. */
export type SecuritySettings = {
  /** Where map tiles come from, as an origin. */
  tileOrigin: string | null;
  /** Whether the login may show Google's reCAPTCHA. */
  captcha: boolean;
  /** Hot reload evaluates text. */
  dev: boolean;
};

const CAPTCHA = ['https://www.google.com/recaptcha/', 'https://www.gstatic.com/recaptcha/'];

/** What the pages may load: scripts by the nonce alone, which is another for each request. */
export function pagePolicy(nonce: string, settings: SecuritySettings): string {
  const captcha = settings.captcha ? CAPTCHA : [];
  const tiles = settings.tileOrigin === null ? [] : [settings.tileOrigin];
  const directives: Record<string, readonly string[]> = {
    'default-src': ["'self'"],
    // Browsers that know 'strict-dynamic' pass over 'self' and the addresses behind it.
    'script-src': [
      "'self'",
      `'nonce-${nonce}'`,
      "'strict-dynamic'",
      ...captcha,
      ...(settings.dev ? ["'unsafe-eval'"] : []),
    ],
    // Maps and charts set their sizes as inline styles.
    'style-src': ["'self'", "'unsafe-inline'"],
    'img-src': ["'self'", 'data:', 'blob:', ...tiles],
    'connect-src': ["'self'", ...tiles, ...captcha],
    'worker-src': ["'self'", 'blob:'],
    'font-src': ["'self'", 'data:'],
    'frame-src': captcha.length > 0 ? captcha : ["'none'"],
    'frame-ancestors': ["'none'"],
    'base-uri': ["'self'"],
    'form-action': ["'self'"],
    'object-src': ["'none'"],
  };
  return Object.entries(directives)
    .map(([name, sources]) => `${name} ${sources.join(' ')}`)
    .join('; ');
}

/** What an answer that is no page may load, should a browser take it for one. */
export const DATA_POLICY = "default-src 'none'; frame-ancestors 'none'";

const FIXED: Readonly<Record<string, string>> = {
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'same-origin',
  'X-Frame-Options': 'DENY',
  'Permissions-Policy':
    'accelerometer=(), camera=(), display-capture=(), geolocation=(), gyroscope=(), hid=(), magnetometer=(), microphone=(), midi=(), payment=(), serial=(), usb=()',
};

/** The headers of every answer. */
export function securityHeaders(answer: {
  policy: string;
  /** How the client asked, and the Host that it named. */
  scheme: 'http' | 'https';
  host: string | undefined;
  /** Whether pages of another origin may read it. */
  shared: boolean;
}): Record<string, string> {
  const isHttps = answer.scheme === 'https';
  return {
    ...FIXED,
    // Elsewhere browsers pass over it, and complain in the console of every page.
    ...((isHttps || isLoopback(answer.host?.replace(/:\d+$/, '') ?? '')) && {
      'Cross-Origin-Opener-Policy': 'same-origin',
    }),
    'Content-Security-Policy': answer.policy,
    'Cross-Origin-Resource-Policy': answer.shared ? 'cross-origin' : 'same-origin',
    ...(isHttps && { 'Strict-Transport-Security': 'max-age=15552000' }),
  };
}

/** The origin of a tile URL with its {z}, {x} and {y}; null without one. */
export function tileOriginOf(tileUrl: string | undefined): string | null {
  const plain = tileUrl?.replace(/\{\w+\}/g, '0');
  return plain !== undefined && URL.canParse(plain) ? new URL(plain).origin : null;
}
