import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parseEnvironment } from '@/lib/env';

const DEFAULTS = {
  HOST: '127.0.0.1',
  PORT: 3000,
  DATA_DIR: './data',
  TRUST_PROXY: [],
  PUBLIC_READ: false,
  ADMIN_RESET: false,
  ALLOWED_HOSTS: [],
  CORS_ORIGINS: [],
  RATE_LIMIT_PER_MINUTE: 1200,
  INGEST_FIXES_PER_SECOND: 2000,
  LOG_RETENTION_DAYS: 365,
  DEMO: true,
};

/** The message of the error that the settings cause. */
function refusal(source: Record<string, string>): string {
  try {
    parseEnvironment(source);
  } catch (error) {
    if (error instanceof Error) return error.message;
  }
  throw new Error(`The settings ${JSON.stringify(source)} were taken.`);
}

describe('the environment', () => {
  test('has a default for everything, and an empty variable counts as absent', () => {
    expect(parseEnvironment({})).toEqual(DEFAULTS);
    expect(parseEnvironment({ HOST: '', PORT: ' ', DATABASE_URL: '', CORS_ORIGINS: ' ' })).toEqual(DEFAULTS);
  });

  test('refuses a wrong value in one line that names the variable', () => {
    const wrong = {
      PORT: '99999',
      DATABASE_URL: 'sqlite:///secret-password',
      TILE_URL: 'https://tiles.example/',
      AUTH_SECRET: 'short',
      SETUP_TOKEN: 'short',
      TRUST_PROXY: '10.0.0.0/33',
      PUBLIC_READ: 'perhaps\nyes',
      PUBLIC_URL: 'https://pitwall.example/timing',
      ALLOWED_HOSTS: 'https://pitwall.example',
      CORS_ORIGINS: 'app.example.org',
      REDIS_URL: 'http://localhost:6379',
      RATE_LIMIT_PER_MINUTE: '-1',
      LOG_RETENTION_DAYS: '0',
    };
    for (const [name, value] of Object.entries(wrong))
      expect(refusal({ [name]: value })).toMatch(new RegExp(`^Wrong settings: ${name} must [^\n]+$`));
    for (const name of Object.keys(wrong)) expect(refusal(wrong)).toContain(`${name} must`);
    expect(refusal({ PORT: 'http' })).toContain('"http"');
  });

  test('never shows a wrong value that may be a secret', () => {
    const wrong = {
      DATABASE_URL: 'mysql://me:hunter2@db',
      AUTH_SECRET: 'hunter2',
      JWT_SECRET_KEY: 'hunter2',
      SETUP_TOKEN: 'hunter2',
      ADMIN_PASSWORD: 'hunter2',
      RECAPTCHA_SECRET_KEY: 'hunter2',
      REDIS_URL: 'http://:hunter2@cache',
      PUBLIC_URL: 'https://me:hunter2@pitwall.example',
    };
    for (const [name, value] of Object.entries(wrong))
      expect(refusal({ [name]: value })).not.toContain('hunter2');
  });

  test('listens wherever it is told', () => {
    for (const HOST of ['0.0.0.0', '::', '::1', '192.168.1.5', 'timing-box', 'pit.example.org'])
      expect(parseEnvironment({ HOST }).HOST).toBe(HOST);
    expect(parseEnvironment({ HOST: '[::1]' }).HOST).toBe('::1');
    for (const HOST of ['http://pit', 'pit:3000', '*', 'a b', '-pit', 'a..b'])
      expect(refusal({ HOST })).toMatch(/^Wrong settings: HOST must be an address/);
  });

  test('takes the older names, and the own name wins', () => {
    const secret = 'x'.repeat(32);
    expect(parseEnvironment({ API_PORT: '5000' }).PORT).toBe(5000);
    expect(parseEnvironment({ API_PORT: '5000', PORT: '3100' }).PORT).toBe(3100);
    expect(parseEnvironment({ SECRET_KEY: secret }).AUTH_SECRET).toBe(secret);
    expect(parseEnvironment({ JWT_SECRET_KEY: secret, SECRET_KEY: 'short' }).AUTH_SECRET).toBe(secret);
    expect(parseEnvironment({ REDIS_HOST: 'cache:6380' }).REDIS_URL).toBe('redis://cache:6380');
    expect(
      parseEnvironment({ RECAPTCHA_WEB_KEY: 'site', RECAPTCHA_SECRET_KEY: 'secret' }).RECAPTCHA_SITE_KEY,
    ).toBe('site');
  });

  test('names an older name in its error when that is the one that is set', () => {
    expect(refusal({ SECRET_KEY: 'short' })).toBe(
      'Wrong settings: SECRET_KEY must have at least 32 characters.',
    );
    expect(refusal({ REDIS_HOST: '/tmp/redis.sock' })).toContain('REDIS_HOST must');
  });

  test('wants both of what belongs together', () => {
    expect(refusal({ ADMIN_USERNAME: 'admin' })).toContain(
      'ADMIN_PASSWORD must be set too when ADMIN_USERNAME is',
    );
    expect(refusal({ RECAPTCHA_SITE_KEY: 'site' })).toContain('RECAPTCHA_SECRET_KEY must be set too');
    const both = parseEnvironment({ ADMIN_USERNAME: ' admin ', ADMIN_PASSWORD: ' two spaces ' });
    expect(both).toMatchObject({ ADMIN_USERNAME: 'admin', ADMIN_PASSWORD: ' two spaces ' });
  });

  test('reads lists with commas, and origins as browsers write them', () => {
    const settings = parseEnvironment({
      TRUST_PROXY: '127.0.0.1, 10.0.0.0/8,,fd00::/8',
      ALLOWED_HOSTS: 'Pitwall.Local,[fd00::1]',
      CORS_ORIGINS: 'https://App.example.org:443/, http://localhost:5173',
      PUBLIC_URL: 'HTTPS://Pitwall.example.org/',
    });
    expect(settings).toMatchObject({
      TRUST_PROXY: ['127.0.0.1', '10.0.0.0/8', 'fd00::/8'],
      ALLOWED_HOSTS: ['pitwall.local', '[fd00::1]'],
      CORS_ORIGINS: ['https://app.example.org', 'http://localhost:5173'],
      PUBLIC_URL: 'https://pitwall.example.org',
    });
    expect(parseEnvironment({ CORS_ORIGINS: '*' }).CORS_ORIGINS).toEqual(['*']);
  });

  test('believes no proxy list that means everyone or nothing', () => {
    for (const TRUST_PROXY of ['0.0.0.0/0', '::/0', 'true', '1', 'loopback', 'fe80::1%eth0', '10.0.0.0/8/8'])
      expect(refusal({ TRUST_PROXY })).toContain('TRUST_PROXY must be a list');
  });

  test.each([
    ['1', true],
    ['TRUE', true],
    ['0', false],
    ['false', false],
  ])('reads PUBLIC_READ=%s as %s', (text, value) => {
    expect(parseEnvironment({ PUBLIC_READ: text }).PUBLIC_READ).toBe(value);
  });

  test('.env.example names every variable and nothing else', () => {
    const text = readFileSync(join(import.meta.dirname, '..', '.env.example'), 'utf8');
    const named = [...text.matchAll(/^#? ?([A-Z_]+)=/gm)].map(([, name]) => name);
    const optional = [
      'DATABASE_URL',
      'TILE_URL',
      'AUTH_SECRET',
      'ADMIN_USERNAME',
      'ADMIN_PASSWORD',
      'SETUP_TOKEN',
      'RECAPTCHA_SECRET_KEY',
      'RECAPTCHA_SITE_KEY',
      'PUBLIC_URL',
      'REDIS_URL',
      'PITWALL_KEY',
      'UPSTREAM_OPEN',
    ];
    expect(named.sort()).toEqual([...Object.keys(DEFAULTS), ...optional].sort());
  });
});
