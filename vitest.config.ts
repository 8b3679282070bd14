import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

/** Only calculate: no database, no server, nothing on globalThis. Their files share a process, which saves its start. */
const PURE = ['analysis', 'components', 'feeds', 'formats', 'simulator', 'timing'].map(
  (folder) => `test/${folder}/**/*.test.ts`,
);

export default defineConfig({
  resolve: { alias: { '@': import.meta.dirname } },
  test: {
    // Half of a test's time is its database's, which works in a process of its own.
    maxWorkers: Math.max(2, availableParallelism() - 1),
    // How long a busy machine may take, not how long we wait when all is well.
    expect: { poll: { timeout: 30_000 } },
    testTimeout: 60_000,
    hookTimeout: 120_000,
    projects: [
      { extends: true, test: { name: 'pure', include: PURE, isolate: false } },
      {
        extends: true,
        test: {
          name: 'parts',
          include: ['test/**/*.test.ts', 'test/**/*.test.tsx'],
          exclude: PURE,
          globalSetup: ['test/support/global-setup.ts'],
          setupFiles: ['test/support/cheap-passwords.ts'],
        },
      },
    ],
  },
});
