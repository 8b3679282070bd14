import type { NextConfig } from 'next';

const config: NextConfig = {
  agentRules: false,
  poweredByHeader: false,
  reactStrictMode: true,
  // The front door knows the hosts; in development Next would take only the one that it is bound to.
  allowedDevOrigins: ['localhost', '127.0.0.1'],
  // forbidden() shows app/forbidden.tsx with status 403.
  experimental: { authInterrupts: true },
  // No page has pictures to resize; who is not logged in could keep the server busy with it.
  images: { unoptimized: true },
  // A type error in a test must not keep the server from starting; `npm run verify` checks them all.
  typescript: { tsconfigPath: 'tsconfig.build.json' },
};

export default config;
