import { describe, expect, it } from 'vitest';
import { nmeaAngle, readSentence } from '@/lib/formats/nmea-sentence';
import { channel, read, refusal, sole } from './reading';
import { sampleOf, sentence } from './samples';

const rmc = (time: string, date = '310126', status = 'A') =>
  sentence(`GPRMC,${time},${status},4130.00000,N,00215.00000,E,60.00,045.0,${date},,,A`);

describe('NMEA', () => {
  it('makes one fix of the sentences of one time stamp, whatever the talker, and goes over midnight', () => {
    const recording = read('a.nmea', sampleOf('nmea').bytes);
    const device = sole(recording);
    expect([...device.fixes.timeMs]).toEqual([Date.UTC(2026, 1, 1) - 100, Date.UTC(2026, 1, 1)]);
    expect([...device.fixes.altitudeM]).toEqual([120.5, Number.NaN]);
    expect(device.fixes.speedMps[0]).toBeCloseTo((60 * 1852) / 3600, 12);
    expect(channel(device, 'hdop')).toEqual([0.9, Number.NaN]);
    expect(channel(device, 'satellites')).toEqual([9, Number.NaN]);
    expect(recording.rejected).toEqual({});
  });

  it('knows all four hemispheres', () => {
    expect(nmeaAngle('2824.72979', 'S')).toBeCloseTo(-28.4121631667, 9);
    expect(nmeaAngle('08122.77505', 'W')).toBeCloseTo(-81.3795841667, 9);
    expect(nmeaAngle('2824.72979', 'N')).toBe(-nmeaAngle('2824.72979', 'S'));
    expect(nmeaAngle('2860.00000', 'N')).toBeNaN();
    expect(nmeaAngle('', 'N')).toBeNaN();
  });

  it('checks checksums and counts what it refuses', () => {
    const good = rmc('120000.000');
    const recording = read(
      'a.nmea',
      [
        good,
        good.replace('60.00', '61.00'),
        rmc('120000.100', '310126', 'V'),
        good.slice(0, 30),
        '\r\n',
        'hello\r\n',
        rmc('126000.00'),
        sentence('GPRMC,120000.300,A,,N,,E,60.00,045.0,310126,,,A'),
        rmc('120000.200'),
      ].join(''),
    );
    expect(sole(recording).fixes.count).toBe(2);
    expect(recording.rejected).toEqual({
      bad_checksum: 1,
      no_fix: 1,
      no_checksum: 1,
      not_nmea: 1,
      bad_time: 1,
      no_position: 1,
    });
  });

  it('takes sentences without checksums while none has one, and text of a logger before the $', () => {
    const line = 'GPRMC,120000.00,A,4130.0,N,00215.0,E,60.0,45,310126';
    expect(
      sole(read('a.nmea', `12:00:00 $${line}\n$${line.replace('120000', '120001')}\n`)).fixes.count,
    ).toBe(2);
  });

  it('reads a file of GGA alone: over midnight, dated by ZDA even when that comes later', () => {
    const gga = (time: string) => sentence(`GPGGA,${time},4130.00000,N,00215.00000,E,1,09,0.9,120.5,M,,M,,`);
    const undated = read('a.nmea', gga('235959.00') + gga('000000.50') + gga('000001.00'));
    expect([...sole(undated).fixes.timeMs]).toEqual([86_399_000, 86_400_500, 86_401_000]);
    expect(undated.timeBasis).toBe('none');
    expect(undated.notes).toHaveLength(1);
    const dated = read(
      'a.nmea',
      gga('235959.00') + gga('000000.50') + sentence('GPZDA,000000.50,01,02,2026,00,00') + gga('000001.00'),
    );
    const midnight = Date.UTC(2026, 1, 1);
    expect([...sole(dated).fixes.timeMs]).toEqual([midnight - 1000, midnight + 500, midnight + 1000]);
    expect(dated.timeBasis).toBe('utc');
  });

  it('takes course and speed from VTG where RMC has none', () => {
    const { fixes } = sole(
      read(
        'a.nmea',
        sentence('GPRMC,120000.00,A,4130.0,N,00215.0,E,,,310126,,,A') +
          sentence('GPVTG,090.0,T,,M,,N,36.0,K,A'),
      ),
    );
    expect([fixes.courseDeg[0], fixes.speedMps[0]]).toEqual([90, 10]);
  });

  it('refuses a log in which the receiver never had a fix', () => {
    const error = refusal('a.nmea', rmc('120000.00', '310126', 'V').repeat(3));
    expect(error.line).toBe(1);
    expect(error.message).toContain('no_fix');
  });

  it('takes a sentence apart', () => {
    expect(readSentence('$GNRMC,1*00')).toBe('bad_checksum');
    expect(readSentence('$GNRMC')).toBe('not_nmea');
    expect(readSentence(rmc('1'))).toMatchObject({ type: 'RMC', hasChecksum: true });
    expect(readSentence('$PUBX,00,1')).toMatchObject({ type: 'PUBX', hasChecksum: false });
  });
});
