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
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Permissions-Policy':
    'accelerometer=(), bluetooth=(), camera=(), display-capture=(), geolocation=(), gyroscope=(), hid=(), magnetometer=(), microphone=(), midi=(), payment=(), serial=(), usb=()',
};

/** The headers of every answer. `shared` is one that pages of another origin may read. */
export function securityHeaders(answer: {
  policy: string;
  scheme: 'http' | 'https';
  shared: boolean;
}): Record<string, string> {
  return {
    ...FIXED,
    'Content-Security-Policy': answer.policy,
    'Cross-Origin-Resource-Policy': answer.shared ? 'cross-origin' : 'same-origin',
    ...(answer.scheme === 'https' && { 'Strict-Transport-Security': 'max-age=15552000' }),
  };
}

/** The origin of a tile URL with its {z}, {x} and {y}; null without one. */
export function tileOriginOf(tileUrl: string | undefined): string | null {
  const plain = tileUrl?.replace(/\{\w+\}/g, '0');
  return plain !== undefined && URL.canParse(plain) ? new URL(plain).origin : null;
}
