import { expect, it, vi } from 'vitest';

vi.unmock('@/lib/auth/password-cost');
const { hashPassword, verifyPassword } = await import('@/lib/auth/password');

it('a password costs whoever guesses it what OWASP asks for, and opens for nothing else', async () => {
  const hash = await hashPassword('a quiet corner');
  expect(hash).toMatch(/^scrypt\$32768\$8\$3\$[\w-]{22}\$[\w-]{43}$/);
  expect(await verifyPassword('a quiet corner', hash)).toBe(true);
  expect(await verifyPassword('a quiet cornes', hash)).toBe(false);
  expect(await verifyPassword('a quiet corner', null)).toBe(false);
});
