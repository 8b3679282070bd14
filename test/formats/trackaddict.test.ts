import { describe, expect, it } from 'vitest';
import { durationMs } from '@/lib/formats/clock-text';
import { read, refusal, sole } from './reading';
import { sampleOf } from './samples';

const SAMPLE = new TextDecoder().decode(sampleOf('trackaddict').bytes);

describe('TrackAddict CSV', () => {
  it('takes only rows with a new fix, less its delay, and counts the others', () => {
    const recording = read('a.csv', SAMPLE);
    const { fixes } = sole(recording);
    expect([...fixes.timeMs]).toEqual([1772735400000, 1772735400750]);
    expect(fixes.speedMps[0]).toBeCloseTo(26.8224, 10);
    expect([...fixes.altitudeM]).toEqual([120.5, 120.5]);
    expect([...fixes.accuracyM]).toEqual([4, 4]);
    expect(recording.rejected).toEqual({ no_gps_update: 1 });
    expect(recording.vehicle).toBe('Blue one');
  });

  it('keeps the laps that the app wrote, with their sectors', () => {
    expect(read('a.csv', SAMPLE).recordedLaps).toEqual([{ number: 1, timeMs: 62250, sectorsMs: [30500] }]);
  });

  it('draws a gate across the heading of the end point, none when the heading is not known', () => {
    const gate = read('a.csv', SAMPLE).track?.checkpoints[0];
    expect(gate?.type).toBe('start');
    const [left, right] = gate?.points ?? [];
    expect([left?.x.toFixed(6), right?.x.toFixed(6)]).toEqual(['2.250000', '2.250000']);
    expect(((left?.y ?? 0) - (right?.y ?? 0)) * 111_070).toBeCloseTo(25, 1);
    expect(read('a.csv', SAMPLE.replace('90.00 deg', '-1.00 deg')).track).toBeNull();
  });

  it('reads km/h, and feet when there are no metres', () => {
    expect(sole(read('a.csv', SAMPLE.replace('MPH', 'Km/h'))).fixes.speedMps[0]).toBeCloseTo(60 / 3.6, 12);
    const feet = SAMPLE.replace('Altitude (m)', 'Something');
    expect(sole(read('a.csv', feet)).fixes.altitudeM[0]).toBeCloseTo(395 * 0.3048, 10);
  });

  it('says what is missing', () => {
    expect(refusal('a.csv', SAMPLE.replace('"Latitude"', '"Lat"')).message).toContain('columns Latitude');
    expect(refusal('a.csv', SAMPLE.replaceAll('0,1,0', '0,0,0')).message).toContain('no_gps_update');
    expect(refusal('a.csv', SAMPLE.slice(0, 100)).message).toContain('cut short');
  });

  it('reads durations with and without hours', () => {
    expect(['00:07:24.553', '1:02.5', '59', 'x', '1:'].map(durationMs)).toEqual([
      444553,
      62500,
      59000,
      NaN,
      NaN,
    ]);
  });
});
