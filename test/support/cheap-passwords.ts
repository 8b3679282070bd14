import { vi } from 'vitest';

// A third of a second for every password is what the product is for, not the tests of what stands behind it; the
// browser tests and test/auth/password.test.ts pay it.
vi.mock('@/lib/auth/password-cost', () => ({ PASSWORD_COST: { N: 2 ** 10, r: 8, p: 1 } }));
