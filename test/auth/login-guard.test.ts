import { beforeEach, describe, expect, it } from 'vitest';
import { type CaptchaSolved, type LoginGuard, openLoginGuard } from '@/lib/auth/login-guard';
import { connectRedis, testRedis } from '../support/redis-server';

const server = await testRedis();
const redis = server && (await connectRedis(server.url));
const backends = [{ name: 'memory', options: {} }, ...(redis ? [{ name: 'Redis', options: { redis } }] : [])];

const MINUTE_MS = 60_000;
const GO = { kind: 'go' };
const CAPTCHA = { kind: 'captcha' };
const wait = (retryAfterS: number) => ({ kind: 'wait', retryAfterS });

let nowMs = Date.now();
const clock = () => nowMs;
/** Another address in each test. */
let tests = 0;
let ip = '';
beforeEach(() => {
  tests += 1;
  ip = `192.0.2.${tests}`;
});

const enter = (guard: LoginGuard, name: string, captchaSolved: CaptchaSolved = false, from = ip) =>
  guard.enter({ ip: from, name, captchaSolved });

/** Tries wrong passwords for one name. */
async function guess(guard: LoginGuard, times: number, name: string, from = ip) {
  const gates = [];
  for (let attempt = 0; attempt < times; attempt++) gates.push(await enter(guard, name, false, from));
  return gates;
}

/** Uses up an address's free failures, by names of its own. */
async function useUpAddress(guard: LoginGuard, from = ip) {
  for (let name = 0; name < 10; name++)
    expect(await guess(guard, 3, `used-up-${name}`, from)).toEqual([GO, GO, GO]);
}

describe.each(backends)('the login guard in $name', ({ options }) => {
  it('lets five failures of a name pass, then makes it wait longer and longer up to 15 minutes', async () => {
    const guard = openLoginGuard({ ...options, clock });
    expect(await guess(guard, 5, 'anna')).toEqual([GO, GO, GO, GO, GO]);
    const waits: number[] = [];
    for (let attempt = 0; attempt < 12; attempt++) {
      const gate = await enter(guard, 'anna');
      if (gate.kind !== 'wait') throw new Error(`Expected a wait, not ${gate.kind}.`);
      waits.push(gate.retryAfterS);
      nowMs += gate.retryAfterS * 1000 - 1;
      expect(await enter(guard, 'anna')).toEqual(wait(1));
      nowMs += 1;
      expect(await enter(guard, 'anna')).toEqual(GO);
    }
    expect(waits).toEqual([2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900, 900]);
  });

  it('does not make the wait longer for those who come too early', async () => {
    const guard = openLoginGuard({ ...options, clock });
    await guess(guard, 5, 'anna');
    expect(await guess(guard, 50, 'anna')).toEqual(Array(50).fill(wait(2)));
    nowMs += 2_000;
    expect(await enter(guard, 'anna')).toEqual(GO);
    expect(await enter(guard, 'anna')).toEqual(wait(4));
  });

  it('tells after a wrong password what the next attempt will meet, and counts nothing for that', async () => {
    const guard = openLoginGuard({ ...options, clock });
    await guess(guard, 4, 'anna');
    for (let asked = 0; asked < 10; asked++) expect(await guard.failed({ ip, name: 'anna' })).toEqual(GO);
    await enter(guard, 'anna');
    expect(await guard.failed({ ip, name: 'anna' })).toEqual(wait(2));
    const withCaptcha = openLoginGuard({ ...options, clock, captcha: true });
    await guess(withCaptcha, 5, 'ben');
    expect(await withCaptcha.failed({ ip, name: 'ben' })).toEqual(CAPTCHA);
  });

  it('lets at most the free failures through when a hundred attempts come at once', async () => {
    const guard = openLoginGuard({ ...options, clock });
    const gates = await Promise.all(Array.from({ length: 100 }, () => enter(guard, 'anna')));
    expect(gates.filter((gate) => gate.kind === 'go')).toHaveLength(5);
    expect(gates.filter((gate) => gate.kind === 'wait')).toHaveLength(95);
    const other = `198.51.100.${tests}`;
    const names = await Promise.all(
      Array.from({ length: 100 }, (_, index) => enter(guard, `burst-${index}`, false, other)),
    );
    expect(names.filter((gate) => gate.kind === 'go')).toHaveLength(30);
  });

  it('lets one through, not many, when a wait ends for a hundred at once', async () => {
    const guard = openLoginGuard({ ...options, clock });
    await guess(guard, 5, 'anna');
    nowMs += 2_000;
    const gates = await Promise.all(Array.from({ length: 100 }, () => enter(guard, 'anna')));
    expect(gates.filter((gate) => gate.kind === 'go')).toHaveLength(1);
  });

  it('never closes an account to other addresses, nor an address to its other names', async () => {
    const guard = openLoginGuard({ ...options, clock });
    await guess(guard, 5, 'anna');
    expect(await enter(guard, 'anna')).toEqual(wait(2));
    expect(await enter(guard, 'anna', false, `198.51.100.${tests}`)).toEqual(GO);
    expect(await enter(guard, 'ben')).toEqual(GO);
  });

  it('lets thirty failures of an address over all names pass, then makes all its names wait', async () => {
    const guard = openLoginGuard({ ...options, clock });
    await useUpAddress(guard);
    expect(await enter(guard, 'never seen')).toEqual(wait(2));
    nowMs += 2_000;
    expect(await enter(guard, 'never seen')).toEqual(GO);
    expect(await enter(guard, 'another')).toEqual(wait(4));
    expect(await enter(guard, 'another', false, `198.51.100.${tests}`)).toEqual(GO);
  });

  it('forgets a name after its success, and that attempt of its address', async () => {
    const guard = openLoginGuard({ ...options, clock });
    for (let login = 0; login < 40; login++) {
      expect(await guess(guard, 1, 'anna')).toEqual([GO]);
      await guard.succeeded({ ip, name: 'anna' });
    }
    await guess(guard, 4, 'anna');
    await guard.succeeded({ ip, name: 'anna' });
    expect(await guess(guard, 5, 'anna')).toEqual([GO, GO, GO, GO, GO]);
    expect(await enter(guard, 'anna')).toEqual(wait(2));
  });

  it('does not let an attacker clear his address by logging in to his own account between guesses', async () => {
    const guard = openLoginGuard({ ...options, clock });
    let guesses = 0;
    for (let round = 0; round < 60; round++) {
      if ((await enter(guard, `victim-${round}`)).kind === 'go') guesses += 1;
      if ((await enter(guard, 'own account')).kind === 'go')
        await guard.succeeded({ ip, name: 'own account' });
    }
    expect(guesses).toBe(30);
  });

  it('keeps a wait that others caused when somebody succeeds', async () => {
    const guard = openLoginGuard({ ...options, clock });
    await useUpAddress(guard);
    nowMs += 2_000;
    expect(await enter(guard, 'own account')).toEqual(GO);
    await guard.succeeded({ ip, name: 'own account' });
    expect(await enter(guard, 'victim')).toEqual(wait(4));
  });

  it('forgets free failures after 15 minutes, and waits after an hour of quiet', async () => {
    const guard = openLoginGuard({ ...options, clock });
    await guess(guard, 4, 'anna');
    nowMs += 15 * MINUTE_MS;
    expect(await guess(guard, 5, 'anna')).toEqual([GO, GO, GO, GO, GO]);
    nowMs += 60 * MINUTE_MS - 1;
    expect(await enter(guard, 'anna')).toEqual(GO);
    expect(await enter(guard, 'anna')).toEqual(wait(4));
    nowMs += 60 * MINUTE_MS;
    expect(await guess(guard, 5, 'anna')).toEqual([GO, GO, GO, GO, GO]);
  });

  it('asks for a captcha instead of waiting when it has keys, one for each further attempt', async () => {
    const guard = openLoginGuard({ ...options, clock, captcha: true });
    expect(await guess(guard, 7, 'anna')).toEqual([GO, GO, GO, GO, GO, CAPTCHA, CAPTCHA]);
    expect(await enter(guard, 'anna', true)).toEqual(GO);
    expect(await enter(guard, 'anna')).toEqual(CAPTCHA);
    expect(await enter(guard, 'anna', true)).toEqual(GO);
    expect(await enter(guard, 'ben')).toEqual(GO);
  });

  it('asks for a captcha for every name of an address that failed thirty times', async () => {
    const guard = openLoginGuard({ ...options, clock, captcha: true });
    await useUpAddress(guard);
    expect(await enter(guard, 'never seen')).toEqual(CAPTCHA);
    expect(await enter(guard, 'never seen', true)).toEqual(GO);
  });

  it('falls back to growing waits while the captcha has no verdict', async () => {
    const guard = openLoginGuard({ ...options, clock, captcha: true });
    await guess(guard, 5, 'anna');
    expect(await enter(guard, 'anna', 'unreachable')).toEqual(wait(2));
    nowMs += 2_000;
    expect(await enter(guard, 'anna', 'unreachable')).toEqual(GO);
    expect(await enter(guard, 'anna', 'unreachable')).toEqual(wait(4));
    expect(await enter(guard, 'anna')).toEqual(CAPTCHA);
  });

  it('folds names as accounts are folded, and tells other names apart', async () => {
    const guard = openLoginGuard({ ...options, clock });
    for (const name of ['Zoë', 'ZOË', '  zoë ', 'zoe\u0308', 'Ｚｏë'])
      expect(await enter(guard, name)).toEqual(GO);
    expect(await enter(guard, 'zoë')).toEqual(wait(2));
    expect(await enter(guard, 'zoe')).toEqual(GO);
    expect(await enter(guard, `${'long '.repeat(10_000)}`)).toEqual(GO);
    expect(await enter(guard, '')).toEqual(GO);
  });

  it('counts the addresses of one IPv6 network as one', async () => {
    const guard = openLoginGuard({ ...options, clock });
    const network = `2001:db8:0:${tests}`;
    for (let host = 1; host <= 5; host++)
      expect(await enter(guard, 'anna', false, `${network}::${host}`)).toEqual(GO);
    expect(await enter(guard, 'anna', false, `${network}:ffff::6`)).toEqual(wait(2));
    expect(await enter(guard, 'anna', false, `2001:db8:1:${tests}::1`)).toEqual(GO);
  });

  it('does not wait until a clock that was set back has caught up', async () => {
    const guard = openLoginGuard({ ...options, clock });
    await guess(guard, 5, 'anna');
    nowMs -= 24 * 60 * MINUTE_MS;
    expect(await enter(guard, 'anna')).toEqual(GO);
    nowMs += 24 * 60 * MINUTE_MS;
  });
});
