import { describe, expect, it } from 'vitest';
import { channel, read, refusal, sole } from './reading';
import { sampleOf } from './samples';

const SAMPLE = new TextDecoder().decode(sampleOf('racechrono-csv').bytes);

describe('RaceChrono CSV v3', () => {
  it('reads fixes, and knows a channel by its name and its source', () => {
    const recording = read('a.csv', SAMPLE);
    expect(recording).toMatchObject({
      format: 'racechrono-csv',
      title: 'Evening, dry',
      driver: 'Ada',
      timeBasis: 'utc',
    });
    const device = sole(recording);
    expect([...device.fixes.timeMs]).toEqual([1772735400000, 1772735400100]);
    expect([...device.fixes.speedMps]).toEqual([10.5, 10.6]);
    expect([...device.fixes.accuracyM]).toEqual([2.5, 2.5]);
    expect(device.channels.map(({ name, unit }) => `${name}|${unit}`)).toEqual([
      'fragment_id|',
      'lap_number|',
      'speed 200: obd|km/h',
      'rpm 200: obd|rpm',
    ]);
  });

  it('takes a blank cell for no update: a row without position is no fix, a channel keeps its last value', () => {
    const recording = read('a.csv', SAMPLE);
    expect(recording.rejected).toEqual({ no_position: 1 });
    expect(channel(sole(recording), 'rpm 200: obd')).toEqual([Number.NaN, 4100]);
  });

  it('refuses other versions', () => {
    const error = refusal('a.csv', SAMPLE.replace('Format,3', 'Format,2'));
    expect([error.line, error.message.includes('version "2"')]).toEqual([2, true]);
    expect(refusal('a.csv', SAMPLE.replace('Format,3\n', '')).message).toContain('names no Format');
  });

  it('reads CRLF with a byte order mark, and speed in km/h', () => {
    const text = `\uFEFF${SAMPLE.replace('deg,m/s,deg', 'deg,km/h,deg').replaceAll('\n', '\r\n')}`;
    expect(sole(read('a.csv', text)).fixes.speedMps[0]).toBeCloseTo(10.5 / 3.6, 12);
  });

  it('counts short rows and says what is missing', () => {
    expect(read('a.csv', `${SAMPLE}1772735400.2,0,`).rejected).toEqual({ no_position: 1, short_row: 1 });
    expect(refusal('a.csv', SAMPLE.replace('latitude', 'Latitude')).message).toContain('columns latitude');
    expect(refusal('a.csv', SAMPLE.slice(0, 300)).message).toContain('cut short');
  });
});
