import { type HostPolicy, hostPolicyFor } from '@/lib/api/request-guard';
import { type SecuritySettings, tileOriginOf } from '@/lib/api/security-headers';
import { isLoopback, type TrustedProxies, trustedProxies } from '@/lib/auth/client-address';
import type { Environment } from '@/lib/env';

/** What the front door knows of the server behind it. */
export type DoorSettings = {
  host: string;
  /** 0 takes a free one. */
  port: number;
  policy: HostPolicy;
  /** Whether only this machine reaches the server: bound to loopback, and without an address for others. */
  hostIsLoopback: boolean;
  trusted: TrustedProxies;
  /** Host and port of PUBLIC_URL when it is https. */
  publicTlsHost: string | null;
  security: SecuritySettings;
  timeouts: DoorTimeouts;
};

export type DoorTimeouts = {
  /** How long a client may take to send the head of a request. */
  headersMs: number;
  /** How long it may take to send the whole of it. */
  requestMs: number;
  /** How often both are looked at. */
  checkEveryMs: number;
};

/** 200 MB over 5 Mbit/s take 320 s; who reads a body sets limits of its own. */
const TIMEOUTS: DoorTimeouts = { headersMs: 15_000, requestMs: 600_000, checkEveryMs: 5_000 };

type Needed = Pick<Environment, 'HOST' | 'PORT'> & Partial<Environment>;

/** The settings of the front door as the environment has them. */
export function doorSettings(environment: Needed, options: { dev?: boolean } = {}): DoorSettings {
  const { HOST: host, PORT: port } = environment;
  return {
    host,
    port,
    policy: hostPolicyFor({
      host,
      publicUrl: environment.PUBLIC_URL,
      allowedHosts: environment.ALLOWED_HOSTS ?? [],
      corsOrigins: environment.CORS_ORIGINS ?? [],
    }),
    hostIsLoopback: isLoopback(host) && environment.PUBLIC_URL === undefined,
    trusted: trustedProxies(environment.TRUST_PROXY ?? []),
    publicTlsHost: tlsHostOf(environment.PUBLIC_URL),
    security: {
      tileOrigin: tileOriginOf(environment.TILE_URL),
      captcha: environment.RECAPTCHA_SITE_KEY !== undefined,
      dev: options.dev ?? false,
    },
    timeouts: TIMEOUTS,
  };
}

function tlsHostOf(publicUrl: string | undefined): string | null {
  const url = publicUrl === undefined ? null : new URL(publicUrl);
  return url?.protocol === 'https:' ? url.host : null;
}

/** The address under which whoever starts the server finds it from this machine. */
export function localAddress(host: string, port: number): string {
  // Of all addresses at once none can be opened.
  const shown = host === '0.0.0.0' ? '127.0.0.1' : host === '::' ? '::1' : host;
  return `http://${shown.includes(':') ? `[${shown}]` : shown}:${port}`;
}

/** What to tell whoever starts a server that sends passwords over a network unencrypted; null when it does not. */
export function encryptionWarning(environment: Needed): string | null {
  if (isLoopback(environment.HOST) || environment.PUBLIC_URL?.startsWith('https:')) return null;
  return 'Passwords travel unencrypted over the network: put a proxy with https in front and set PUBLIC_URL to its address (docs/behind-a-proxy.md).';
}
