import { describe, expect, it } from 'vitest';
import { channel, read, refusal, sole } from './reading';
import { sampleOf } from './samples';

const HEADER = 'time_ms,lat,lon\n';

describe('our CSV', () => {
  it('reads fixes and channels of several devices', () => {
    const recording = read('a.csv', sampleOf('csv').bytes);
    expect(recording.format).toBe('csv');
    expect(recording.timeBasis).toBe('utc');
    const [seven, eight] = recording.devices;
    expect(seven?.device).toBe('7');
    expect(seven?.fixes.frame).toBe('wgs84');
    expect(seven && [...seven.fixes.timeMs]).toEqual([1775319260240, 1775319260340]);
    expect(seven && [...seven.fixes.x]).toEqual([2.25, 2.25001]);
    expect(seven && [...seven.fixes.y]).toEqual([41.5, 41.50001]);
    expect(seven?.channels).toMatchObject([{ name: 'oil', unit: '°C' }]);
    expect(seven && channel(seven, 'oil')).toEqual([91, Number.NaN]);
    expect(eight && [...eight.fixes.speedMps]).toEqual([Number.NaN]);
  });

  it('reads metres, and times from zero as no wall clock', () => {
    const recording = read('robot.csv', 'time_ms,x_m,y_m\n0,-1.5,2\n100,-1.4,2\n');
    expect(recording.timeBasis).toBe('none');
    expect(sole(recording).fixes.frame).toBe('planar');
    expect([...sole(recording).fixes.x]).toEqual([-1.5, -1.4]);
  });

  it('converts the units that names carry', () => {
    const device = sole(
      read('a.csv', 'unix_s,lat,lon,speed_kmh,oil_c,lambda\n1592690752.700,1,2,36,91,0.9\n'),
    );
    expect(device.fixes.timeMs[0]).toBe(1592690752700);
    expect(device.fixes.speedMps[0]).toBeCloseTo(10, 12);
    expect(device.channels).toMatchObject([
      { name: 'oil', unit: 'c' },
      { name: 'lambda', unit: '' },
    ]);
    expect(sole(read('a.csv', 'time_ms,lat,lon,speed (mph)\n0,1,2,10\n')).fixes.speedMps[0]).toBeCloseTo(
      4.4704,
      12,
    );
  });

  it('keeps doubled times, steps back and impossible places as they were recorded', () => {
    const device = sole(read('a.csv', `${HEADER}5,1,2\n5,1,2\n4,1,2\n6,95,2\n7,0,0\n`));
    expect([...device.fixes.timeMs]).toEqual([5, 5, 4, 6, 7]);
    expect([...device.fixes.y]).toEqual([1, 1, 1, 95, 0]);
  });

  it('takes semicolons, tabs, quotes, CRLF, a byte order mark, comments before the names and blank lines', () => {
    for (const text of [
      '\uFEFFtime_ms;lat;lon\r\n1;2;3\r\n\r\n',
      'time_ms\tlat\tlon\n1\t2\t3',
      '# made by hand\n"time_ms","lat","lon"\n"1","2"," 3 "\n',
      '"time_ms",lat,lon,\n1,2,3,\n',
    ]) {
      const { fixes } = sole(read('a.csv', text));
      expect([fixes.timeMs[0], fixes.y[0], fixes.x[0], fixes.count]).toEqual([1, 2, 3, 1]);
    }
  });

  it('reads Latin-1 names', () => {
    const text = 'time_ms,lat,lon,oil [°C]\n1,2,3,4\n';
    const latin1 = Uint8Array.from(text, (char) => char.charCodeAt(0));
    expect(sole(read('a.csv', latin1)).channels).toMatchObject([{ name: 'oil', unit: '°C' }]);
  });

  it('counts every row that holds no fix by its reason and keeps the others', () => {
    const rows = [
      '1,2,3',
      ',2,3',
      'x,2,3',
      '1e400,2,3',
      '1,nan,3',
      '1,,3',
      '1,2',
      '1,2,3,4',
      '1,2,3,,',
      '2,2,abc',
      '9,2,3',
    ];
    const recording = read('a.csv', HEADER + rows.join('\n'));
    expect([...sole(recording).fixes.timeMs]).toEqual([1, 1, 9]);
    expect(recording.rejected).toEqual({
      no_time: 1,
      bad_time: 1,
      not_finite: 2,
      no_position: 1,
      short_row: 1,
      long_row: 1,
      bad_position: 1,
    });
  });

  it('says which columns held cells that are no numbers and leaves out columns of text', () => {
    const recording = read('a.csv', 'time_ms,lat,lon,rpm,driver\n1,2,3,4000,ada\n2,2,3,inf,ada\n');
    expect(sole(recording).channels.map(({ name }) => name)).toEqual(['rpm']);
    expect(recording.notes.join()).toContain('"rpm" (1), "driver" (2)');
  });

  it('names the columns found and needed when some are missing', () => {
    const error = refusal('laps.csv', 'stamp,lat,lon\n1,2,3\n');
    expect(error.line).toBe(1);
    expect(error.message).toContain('lacks time_ms');
    expect(error.message).toContain('"stamp", "lat", "lon"');
    expect(refusal('a.csv', 'time_ms,lat,x_m\n1,2,3\n').message).toContain('as a pair');
    expect(refusal('a.csv', 'time_ms,lat\n1,2\n').message).toContain('lat,lon');
    expect(refusal('a.csv', '1.5,2.5\n1.6,2.6\n').message).toContain('must name its columns');
  });

  it('refuses a file without a usable fix, with reason and line of the first refusal', () => {
    const error = refusal('a.csv', `\n${HEADER}\n,2,3\nx,2,3\n`);
    expect(error.line).toBe(4);
    expect(error.message).toContain('2 refused, the first as no_time: time_ms is blank');
    expect(refusal('a.csv', HEADER).message).toContain('no rows of data');
  });

  it('refuses a device column that makes a device of each row', () => {
    const rows = Array.from({ length: 1001 }, (_, i) => `d${i},${i},1,2`).join('\n');
    const error = refusal('a.csv', `device,time_ms,lat,lon\n${rows}`);
    expect(error.message).toContain('1000 devices');
    expect(error.line).toBe(1002);
  });

  it('tells columns of one name apart', () => {
    const device = sole(read('a.csv', 'time_ms,lat,lon,rpm,rpm,rpm\n1,2,3,4,5,6\n'));
    expect(device.channels.map(({ name, values }) => [name, values[0]])).toEqual([
      ['rpm', 4],
      ['rpm 2', 5],
      ['rpm 3', 6],
    ]);
  });

  it('refuses thousands of columns before it makes room for them', () => {
    const names = Array.from({ length: 5000 }, (_, i) => `c${i}`).join(',');
    expect(refusal('a.csv', `time_ms,lat,lon,${names}\n1,2,3${',4'.repeat(5000)}\n`).message).toContain(
      '5000 columns',
    );
  });

  it('gives converted values also when the columns are far from full', () => {
    const rows = Array.from({ length: 1100 }, (_, i) => `${i},1,2,3.6`).join('\n');
    const { fixes } = sole(read('a.csv', `time_s,lat,lon,speed_kmh\n${rows}`));
    expect([fixes.timeMs[1099], fixes.speedMps[1099]]).toEqual([1_099_000, 1]);
  });
});
