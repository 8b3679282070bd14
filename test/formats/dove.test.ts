import { describe, expect, it } from 'vitest';
import { channel, read, refusal, sole } from './reading';
import { bytesOf, sampleOf } from './samples';

const SAMPLE = new TextDecoder().decode(sampleOf('dove').bytes);

describe('Dove and Dovex', () => {
  it('reads the head with its laps and the rows behind it', () => {
    const recording = read('a.dovex', SAMPLE);
    expect(recording).toMatchObject({ format: 'dove', driver: 'ada', title: 'SR Normal', rejected: {} });
    expect(recording.recordedLaps).toEqual([
      { number: 1, timeMs: 61000, sectorsMs: [] },
      { number: 2, timeMs: 60100, sectorsMs: [] },
    ]);
    const device = sole(recording);
    expect([...device.fixes.timeMs]).toEqual([1772735400000, 1772735400040]);
    expect(device.fixes.speedMps[0]).toBeCloseTo(26.8224, 10);
    expect(device.fixes.accuracyM[0]).toBe(0.35);
    expect(channel(device, 'rpm')).toEqual([7000, 7010]);
  });

  it('reads a Dove, which has no head, the same', () => {
    const plain = read('a.dove', SAMPLE.slice(1024));
    expect(plain.recordedLaps).toEqual([]);
    expect(plain.devices).toEqual(read('a.dovex', SAMPLE).devices);
  });

  it('takes the head for exactly 1,024 bytes, also when its list of laps fills it to the brim', () => {
    const start = SAMPLE.indexOf('laps_ms');
    const full = `${SAMPLE.slice(0, start)}laps_ms\r\n61000,60100,${'59000,'.repeat(200)}`.slice(0, 1024);
    const recording = read('a.dovex', full + SAMPLE.slice(1024));
    expect(sole(recording).fixes.count).toBe(2);
    expect(recording.recordedLaps.length).toBeGreaterThan(100);
  });

  it('counts rows that hold no fix with their lines, and refuses what is cut short', () => {
    const rows = SAMPLE.slice(1024);
    const names = rows.slice(0, rows.indexOf('\n') + 1);
    expect(read('a.dovex', `${SAMPLE}1772735400080,9,0.9\n,9,0.9,1,2,3,4,5,6,7,8,9,10\n`).rejected).toEqual({
      short_row: 1,
      bad_time: 1,
    });
    const error = refusal('a.dove', `${names}1,2\n`);
    expect([error.line, error.message.includes('short_row: 2 cells of 13')]).toEqual([2, true]);
    expect(refusal('a.dovex', bytesOf(SAMPLE).slice(0, 700)).message).toContain('1024 bytes, this file 700');
    expect(refusal('a.dovex', bytesOf(SAMPLE).slice(0, 1024)).message).toContain('row of column names');
  });
});
