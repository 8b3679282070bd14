import { expect, test } from 'vitest';
import { createLog } from '@/lib/log';

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
