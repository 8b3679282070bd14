import type { NextConfig } from 'next';

const config: NextConfig = {
  agentRules: false,
  poweredByHeader: false,
  reactStrictMode: true,
  // A type error in a test must not keep the server from starting; `npm run verify` checks them all.
  typescript: { tsconfigPath: 'tsconfig.build.json' },
};

export default config;
