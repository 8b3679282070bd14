import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { lenientQuery } from '@/app/lenient-query';
import { browserWords } from '@/components/account/browser-words';
import { expiryInstant, scopeWords } from '@/components/account/scopes';
import { actionWords, LOGGED_ACTIONS } from '@/components/admin/action-words';
import { wholeDays } from '@/components/admin/day-bars';
import { actorWords, detailText, outcomeOf, targetWords } from '@/components/admin/log-words';
import { formatStretch } from '@/components/admin/stretch';
import { failureOf } from '@/components/hooks/api';
import { placeAfterLogin } from '@/components/hooks/place-after-login';
import { passwordRules } from '@/components/people/password-rules';
import { dayInstant, dayOfInstant } from '@/components/ui/day-instant';
import { faultWords } from '@/components/ui/fault-words';
import { passwordFault } from '@/lib/auth/password';
import { PERMISSIONS } from '@/lib/auth/permissions';
import type { LogItem } from '@/lib/contracts/logs';

describe('the place after a login', () => {
  it.each(['/', '/sessions', '/sessions/7?laps=1,2#map', '/admin/logs?search=%2F%2Fx'])(
    'may be %s',
    (path) => {
      expect(placeAfterLogin(path)).toBe(path);
    },
  );

  it.each([
    null,
    '',
    'sessions',
    '//evil.example',
    '///evil.example',
    '/\\evil.example',
    '/\\/evil.example',
    '/\t/evil.example',
    '/\n/evil.example',
    '/.//evil.example',
    '/x/..//evil.example',
    '/x\\..\\\\evil.example',
    'https://evil.example/',
    'javascript:alert(1)',
    '/login',
    '/login?next=/login',
    '/setup',
    '/api/auth/signout',
  ])('is home instead of %j', (path) => {
    expect(placeAfterLogin(path)).toBe('/');
  });

  it("leaves Next's own mark out", () => {
    expect(placeAfterLogin('/sessions?sort=name&_rsc=1abc')).toBe('/sessions?sort=name');
  });
});

describe('what the server refuses', () => {
  it('keeps its fields, its wait and its captcha, out of the body or the headers', () => {
    const body = {
      error: 'taken',
      message: 'Taken.',
      errors: [{ field: 'username', message: 'is taken' }, { field: 3 }, null],
      captcha_required: true,
      request_id: 'abc',
    };
    const failure = failureOf(409, JSON.stringify(body), new Headers({ 'Retry-After': '4' }));
    expect(failure).toMatchObject({
      status: 409,
      message: 'Taken.',
      code: 'taken',
      requestId: 'abc',
      errors: [{ field: 'username', message: 'is taken' }],
      captchaRequired: true,
      retryAfterS: 4,
    });
    expect(failureOf(429, '{"message":"Wait.","retry_after_s":2}').retryAfterS).toBe(2);
  });

  it.each(['', '<html>', 'null', '[]', '"text"'])('is told also when it is no JSON of ours: %j', (text) => {
    const failure = failureOf(502, text);
    expect(failure.message).toBe('The server answered 502 without saying why.');
    expect([failure.errors, failure.retryAfterS, failure.captchaRequired]).toEqual([[], null, false]);
  });
});

describe('the rules of a password', () => {
  it.each(['a long pass phrase', 'short', 'aaaaaaaaaa', 'Ada Ruiz', '', 'ababababab', 'xyzw'.repeat(51)])(
    'on the page refuse nothing that the server takes, and take only what it takes: %j',
    (password) => {
      const isMet = passwordRules(password, 'ada ruiz').every((rule) => rule.isMet);
      expect(isMet).toBe(passwordFault(password, 'ada ruiz', 'password') === null);
    },
  );
});

describe('the audit log in words', () => {
  const item: LogItem = {
    id: 1,
    at: '2026-03-14T09:00:00.000Z',
    actor: 'user',
    user_id: 1,
    username: 'Ada',
    key_name: null,
    action: 'session.update',
    target: 'session',
    target_id: '7',
    target_name: 'Practice',
    details: {},
    ip: null,
    country: null,
    user_agent: null,
    request_id: null,
  };

  it('has a name for every action that changes something', () => {
    const writing = Object.entries(PERMISSIONS).filter(([, permission]) => 'writes' in permission);
    expect(writing.map(([action]) => action).filter((action) => !LOGGED_ACTIONS.includes(action))).toEqual(
      [],
    );
    expect(actionWords('something.new')).toBe('something.new');
  });

  it('says who and what', () => {
    expect(actorWords(item)).toBe('Ada');
    expect(actorWords({ ...item, actor: 'key', key_name: 'van' })).toBe('Ada, key van');
    expect(actorWords({ ...item, actor: 'system' })).toBe('the server');
    expect(targetWords(item)).toBe('session Practice');
    expect(targetWords({ ...item, target_name: null })).toBe('session 7');
    expect(targetWords({ ...item, target: null })).toBe('–');
    expect(outcomeOf({ ...item, details: { outcome: 'wrong password' } })).toBe('wrong password');
    expect(outcomeOf({ ...item, details: { outcome: 'logged in' } })).toBeNull();
    expect(detailText([1, 3])).toBe('1 → 3');
    expect(detailText({ a: null })).toBe('{"a":null}');
  });
});

describe("a field's fault", () => {
  it('goes on with its label, or is a sentence of its own', () => {
    expect(faultWords('Name', 'must not be empty')).toBe('Name must not be empty.');
    expect(faultWords('E-mail', 'Invalid email address')).toBe('Invalid email address.');
    expect(faultWords('Name', 'this name is taken')).toBe('This name is taken.');
    expect(faultWords('Password', 'The two passwords differ.')).toBe('The two passwords differ.');
  });
});

describe('days', () => {
  it('become instants of their begin and end, and come back', () => {
    for (const edge of ['begin', 'end'] as const)
      expect(dayOfInstant(dayInstant('2026-03-29', edge), edge)).toBe('2026-03-29');
    const [begin, end] = [dayInstant('2026-06-01', 'begin'), dayInstant('2026-06-01', 'end')];
    expect(Date.parse(end ?? '') - Date.parse(begin ?? '')).toBe(24 * 3600 * 1000);
    expect([dayInstant('', 'begin'), dayOfInstant('rubbish', 'begin'), dayOfInstant(null, 'end')]).toEqual([
      null,
      '',
      '',
    ]);
  });

  it('of the usage are whole, also those on which nothing was done', () => {
    const days = wholeDays([
      { day: '2026-02-26', count: 3, users: 1 },
      { day: '2026-03-02', count: 1, users: 1 },
    ]);
    expect(days).toHaveLength(14);
    expect(days.at(-5)).toEqual({ day: '2026-02-26', count: 3, users: 1 });
    expect(days.at(-4)).toEqual({ day: '2026-02-27', count: 0, users: 0 });
    expect(days.at(-1)?.day).toBe('2026-03-02');
    expect(wholeDays([])).toEqual([]);
    const year = wholeDays([
      { day: '2025-03-02', count: 3, users: 1 },
      { day: '2026-03-02', count: 1, users: 1 },
    ]);
    expect(year).toHaveLength(90);
  });
});

describe('small words', () => {
  it('name a browser and its system', () => {
    const chrome =
      'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Safari/537.36';
    expect(browserWords(chrome)).toBe('Chrome on Linux');
    expect(browserWords(`${chrome} Edg/140.0`)).toBe('Edge on Linux');
    expect(
      browserWords(
        'Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605 Version/18.0 Safari/604',
      ),
    ).toBe('Safari on iOS');
    expect(browserWords('curl/8.5.0')).toBe('curl');
    expect(browserWords('')).toBe('not named');
  });

  it('say how long something lasts', () => {
    expect(formatStretch(0)).toBe('0 s');
    expect(formatStretch(59.9)).toBe('59 s');
    expect(formatStretch(725)).toBe('12 min 5 s');
    expect(formatStretch(3 * 86_400 + 4 * 3600 + 59)).toBe('3 d 4 h');
  });

  it('say what a key is for and when it ends', () => {
    expect(scopeWords(['ingest', 'read'])).toBe('Read, Send');
    expect(expiryInstant('30', 0)).toBe('1970-01-31T00:00:00.000Z');
    expect(expiryInstant('never', 0)).toBeNull();
  });
});

describe("a page's view out of its URL", () => {
  const shape = z.object({
    level: z.coerce.number().max(5).optional(),
    sort: z.enum(['a', 'b']).default('a'),
  });

  it('leaves out what cannot be read there, and what is empty', () => {
    expect(lenientQuery(shape, { level: '9', sort: 'b' })).toEqual({ sort: 'b' });
    expect(lenientQuery(shape, { level: '', sort: ['a', 'b'] })).toEqual({ sort: 'a' });
    expect(lenientQuery(shape, { level: '2', other: 'x' })).toEqual({ level: 2, sort: 'a' });
  });
});
