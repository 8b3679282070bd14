import { expect, test } from 'vitest';
import { createLog, withoutSecrets } from '@/lib/log';

function logged(human: boolean): { lines: string[]; log: ReturnType<typeof createLog> } {
  const lines: string[] = [];
  const now = () => new Date('2026-03-01T10:00:00.250Z');
  return { lines, log: createLog({ write: (line) => lines.push(line), human, now }) };
}

test('each event is one line of JSON, whatever its values hold', () => {
  const { lines, log } = logged(false);
  log.info('Laps found', { file: 'a\nb.csv', laps: 13, id: 7n });
  expect(lines).toHaveLength(1);
  expect(JSON.parse(lines[0] ?? '')).toEqual({
    time: '2026-03-01T10:00:00.250Z',
    level: 'info',
    event: 'Laps found',
    file: 'a\nb.csv',
    laps: 13,
    id: '7',
  });
  expect(lines[0]).not.toContain('\n');
});

test('on a terminal it is short', () => {
  const { lines, log } = logged(true);
  log.warn('A file was refused', { error: new Error('no fixes') });
  expect(lines).toEqual(['10:00:00.250 warn  A file was refused error="no fixes"']);
});

test('an error keeps its stack, and debug is silent unless asked for', () => {
  const { lines, log } = logged(false);
  log.debug('nothing');
  log.error('A job failed', { error: new Error('out of room') });
  expect(lines).toHaveLength(1);
  expect(JSON.parse(lines[0] ?? '').error).toMatch(/out of room\n\s+at /);
});

test.each([true, false])('no secret comes into a line, however deep it lies (human: %s)', (human) => {
  const { lines, log } = logged(human);
  log.error('Answered Bearer hunter2.abc to postgres://me:hunter2@db/x', {
    url: '/api/v1/live?token=hunter2&laps=3&API_KEY=hunter2#top',
    error: new Error('connect redis://:hunter2@cache:6379 failed'),
    headers: { Cookie: 'session=hunter2', 'set-cookie': ['a=hunter2'], Authorization: 'Basic hunter2' },
    password: 'hunter2',
    setup_token: 'hunter2',
    tries: [{ url: 'https://x.example/?new_password=hunter2' }],
  });
  expect(lines).toHaveLength(1);
  expect(lines[0]).not.toContain('hunter2');
  expect(lines[0]).toContain('&laps=3&');
  expect(lines[0]).toContain('postgres://me:[hidden]@db/x');
});

test('what is no secret stays as it is', () => {
  for (const text of [
    '/sessions?laps=1,2&search=a%20b',
    'http://127.0.0.1:3000/tracks?x=1',
    'a@b.example wrote: key=value',
    'The token of a run was lost',
  ])
    expect(withoutSecrets(text)).toBe(text);
});

test('a text made to be slow to search is searched in no time', () => {
  const texts = [
    'a.'.repeat(50_000),
    '?'.repeat(100_000),
    '?key'.repeat(25_000),
    `?${'key'.repeat(30_000)}`,
    `aa://${':a'.repeat(50_000)}`,
    'Bearer '.repeat(15_000),
  ];
  const before = performance.now();
  for (const text of texts) withoutSecrets(text);
  expect(performance.now() - before).toBeLessThan(1_000);
});
