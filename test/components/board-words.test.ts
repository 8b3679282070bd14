import { describe, expect, it } from 'vitest';
import {
  entryWords,
  formatElapsed,
  gapWords,
  lapNote,
  lapWords,
  shortLabel,
} from '@/components/live/board-words';
import { entryNames } from '@/components/live/entry-names';
import { linkLine } from '@/components/live/link-words';
import { minisWords } from '@/components/live/mini-sectors';
import { gateNames } from '@/components/map/gate-words';
import type { BoardLap } from '@/lib/contracts/live';
import { fakeRace } from '../support/live-frames';

describe('the words of a board', () => {
  it('calls cars without a number apart by their last digits', () => {
    expect(['kart 17', 'kart 18', 'Simulated car 7', 'Ann', 'Alexander'].map(shortLabel)).toEqual([
      'kar17',
      'kar18',
      'Sim7',
      'Ann',
      'Alexa',
    ]);
  });

  it('tell gaps in seconds, and in laps for who is lapped', () => {
    expect(gapWords({ ms: 1234, laps: null })).toBe('+1.234');
    expect(gapWords({ ms: null, laps: 1 })).toBe('+1 LAP');
    expect(gapWords({ ms: null, laps: 3 })).toBe('+3 LAPS');
    expect(gapWords({ ms: null, laps: null })).toBe('–');
    expect(gapWords(null)).toBe('–');
  });

  it('tell how long and how far it goes', () => {
    expect([0, 59_999, 863_000, 3_723_000].map(formatElapsed)).toEqual(['0:00', '0:59', '14:23', '1:02:03']);
    const { session } = fakeRace().page;
    expect(lapWords({ ...session, leader_laps: 11 })).toBe('Lap 12/20');
    expect(lapWords({ ...session, leader_laps: 20 })).toBe('Lap 20/20');
    expect(lapWords({ ...session, laps_target: null, leader_laps: 3 })).toBe('Lap 4');
    expect(lapWords({ ...session, track: null })).toBe('');
  });

  it('give every lap that does not count its reason', () => {
    const lap = {
      number: 1,
      time_ms: 1,
      class: 'complete' as const,
      reason: null,
      uncertainty_ms: null,
      estimated: false,
      colour: 'none' as const,
    };
    const note = (change: Partial<BoardLap>) => lapNote({ ...lap, ...change }, gateName)?.words;
    const gateName = gateNames(fakeRace().page.track?.checkpoints ?? []);
    expect(lapNote(lap, gateName)).toBeNull();
    expect(note({ estimated: true })).toMatch(/estimated/);
    expect(note({ class: 'invalid', reason: 'missed:1,9' })).toBe('invalid: missed Sector 1, gate 9');
    expect(note({ class: 'invalid', reason: 'gps_gap' })).toBe('invalid: no position at a gate');
    expect(note({ class: 'invalid' })).toBe('invalid: does not count');
    expect(note({ class: 'pitstop' })).toBe('pit stop');
  });

  it('tell mini-sectors to who sees no colours', () => {
    expect(minisWords('bps-'.padEnd(24, '.'))).toBe(
      '4 of 24 mini-sectors: 1 best of the session, 1 own best, 1 slower, 1 nothing to compare with',
    );
  });

  it('call an entry by number and driver, else by its label', () => {
    expect(entryWords({ number: '11', driver: 'Ada', label: 'x' })).toBe('№ 11 Ada');
    expect(entryWords({ number: null, driver: null, label: 'Phone' })).toBe('Phone');
  });

  it('call nothing stale where no car has come yet', () => {
    const board = fakeRace().snapshot(0, 1);
    const link = { kind: 'stale' as const, sinceMs: 0 };
    expect(linkLine({ link, board: { ...board, cars: [] } }, 0).words).toBe('live, no fix yet');
  });

  it('keep the lag, which changes each second, out of what is read out', () => {
    const board = fakeRace().snapshot(0, 1);
    const link = { kind: 'live' as const };
    expect(linkLine({ link, board }, 112)).toEqual({ look: 'good', words: 'live', lag: '110 ms' });
    expect(linkLine({ link, board }, 240).words).toBe('live');
  });

  it('say since when it is stale, also of a session that was so before the page was opened', () => {
    const board = fakeRace().snapshot(11_000, 1);
    const late = { ...board, at_ms: board.at_ms + 3_600_000, clock_ms: board.clock_ms + 3_600_000 };
    const link = { kind: 'stale' as const, sinceMs: late.at_ms };
    expect(linkLine({ link, board: late }, 0).words).toMatch(/^stale since \d\d:00:11$/);
  });
});

describe('the names on a board', () => {
  const { rows } = fakeRace({ cars: 3 }).snapshot(61_000, 1);

  it('are one list for all frames in which none changes, whoever leads', () => {
    const namesOf = entryNames();
    const names = namesOf(rows);
    expect(names.map(({ words }) => words)).toEqual([
      '№ 11 Ada Ruiz',
      '№ 18 Bo Lindqvist',
      '№ 25 Chidi Okafor',
    ]);
    expect(namesOf(rows.map((row) => ({ ...row, speed_mps: 1 })).reverse())).toBe(names);
    const renamed = rows.map((row) => (row.entry_id === 1 ? { ...row, driver: 'Eve' } : row));
    expect(namesOf(renamed)[0]).toEqual({ entryId: 1, words: '№ 11 Eve' });
  });
});
