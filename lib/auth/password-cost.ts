/** scrypt as OWASP's password storage cheat sheet gives it (N = 2^15, r = 8, p = 3): 32 MB a hash. */
export const PASSWORD_COST = { N: 2 ** 15, r: 8, p: 3 } as const;
