import { describe, expect, it } from 'vitest';
import * as format from '@/components/format';
import { countRejected, lapReasonWords, rejectedWords } from '@/components/reasons';

describe('formatting', () => {
  it('writes lap times with minutes and three decimals, rounding before it splits', () => {
    expect(format.formatLapTime(83_456)).toBe('1:23.456');
    expect(format.formatLapTime(55_604.4)).toBe('0:55.604');
    expect(format.formatLapTime(59_999.6)).toBe('1:00.000');
    expect(format.formatLapTime(3_723_456)).toBe('1:02:03.456');
    expect(format.formatLapTime(-1500)).toBe('−0:01.500');
  });

  it('writes sectors in seconds and long ones like laps', () => {
    expect(format.formatSectorTime(23_904)).toBe('23.904');
    expect(format.formatSectorTime(59_999.7)).toBe('1:00.000');
    expect(format.formatSectorTime(75_120)).toBe('1:15.120');
  });

  it('signs gaps, zero with a plus', () => {
    expect(format.formatGap(123)).toBe('+0.123');
    expect(format.formatGap(-112)).toBe('−0.112');
    expect(format.formatGap(-0.3)).toBe('+0.000');
    expect(format.formatGap(62_345)).toBe('+1:02.345');
    expect(format.formatGap(format.gapMs(109_817.6, 109_806.4))).toBe('+0.012');
  });

  it('writes uncertainty and spread quietly', () => {
    expect(format.formatUncertainty(4)).toBe('±0.004');
    expect(format.formatUncertainty(15_400)).toBe('±15');
    expect(format.formatSpread(412)).toBe('0.41 s');
  });

  it('turns speeds into the unit that was asked for', () => {
    expect(format.formatSpeed(27.25, 'kmh')).toBe('98.1');
    expect(format.formatSpeed(44.704, 'mph')).toBe('100.0');
  });

  it('writes sizes, counts, rates and distances', () => {
    expect(format.formatBytes(4_300_000)).toBe('4.1 MB');
    expect(format.formatBytes(1_048_000)).toBe('1.0 MB');
    expect(format.formatBytes(200 * 1024 * 1024)).toBe('200 MB');
    expect(format.formatBytes(812)).toBe('812 B');
    expect(format.formatBytes(77.2 * 1024 ** 3)).toBe('77.2 GB');
    expect(format.formatBytes(252 * 1024 ** 3)).toBe('252 GB');
    expect(format.formatCount(31_527)).toBe('31,527');
    expect(format.formatPlural(1, 'lap')).toBe('1 lap');
    expect(format.formatPlural(2, 'entry', 'entries')).toBe('2 entries');
    expect(format.formatRate(25.04)).toBe('25 Hz');
    expect(format.formatRate(0.5)).toBe('0.5 Hz');
    expect(format.formatDistance(4655)).toBe('4.66 km');
    expect(format.formatInstantUtc('2026-03-14T09:41:30.120Z')).toBe('2026-03-14 09:41 UTC');
  });

  it('writes a dash for whatever is not known', () => {
    const times = [format.formatLapTime, format.formatGap, format.formatUncertainty, format.formatSectorTime];
    for (const write of [...times, format.formatSpread, format.formatBytes, format.formatRate]) {
      for (const unknown of [null, undefined, Number.NaN, Number.POSITIVE_INFINITY]) {
        expect(write(unknown)).toBe('–');
      }
    }
    expect(format.formatSpeed(Number.NaN, 'kmh')).toBe('–');
    expect(format.formatDistance(null)).toBe('–');
  });
});

describe('reasons in words', () => {
  const name = (number: number) => `gate ${number}`;

  it('names the gates a lap missed', () => {
    expect(lapReasonWords({ reason: 'missed:2,3', estimated: false }, name)).toBe('missed gate 2, gate 3');
  });

  it('says that a lap is estimated beside its reason', () => {
    expect(lapReasonWords({ reason: 'session_end', estimated: true }, name)).toBe(
      'the recording ended · estimated: a gap lies at a gate',
    );
    expect(lapReasonWords({ reason: null, estimated: false }, name)).toBe('');
  });

  it('keeps a reason it does not know, readable', () => {
    expect(lapReasonWords({ reason: 'red_flag', estimated: false }, name)).toBe('red flag');
    expect(rejectedWords({ odd_thing: 2 })).toBe('2 odd thing');
  });

  it('counts what was refused, most frequent first', () => {
    expect(rejectedWords({ teleport: 1, duplicate: 15_862, backwards: 0 })).toBe(
      '15,862 time seen before, 1 jumped too far',
    );
    expect(countRejected({ teleport: 1, duplicate: 3 })).toBe(4);
  });
});
