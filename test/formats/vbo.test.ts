import { describe, expect, it } from 'vitest';
import { channel, read, refusal, sole } from './reading';
import { sampleOf } from './samples';

const SAMPLE = new TextDecoder().decode(sampleOf('vbo').bytes);

/** A VBO with the given head line, column names and rows. */
function vboText(
  columns: string,
  rows: readonly string[],
  created = 'File created on 05/03/2026 @ 12:00',
): string {
  return `${created}\n\n[column names]\n${columns}\n\n[data]\n${rows.join('\n')}\n`;
}

const COLUMNS = 'sats time lat long velocity heading height';
const ROW = '009 120000.00 +02490.00000 -00135.00000 036.000 045.00 +00120.50';

describe('VBO', () => {
  it('reads minutes with west positive, packed times and km/h, and goes over midnight', () => {
    const recording = read('a.vbo', SAMPLE);
    const { fixes } = sole(recording);
    const midnight = Date.UTC(2026, 2, 6);
    expect([...fixes.timeMs]).toEqual([midnight - 100, midnight]);
    expect([...fixes.y].map((lat) => lat.toFixed(8))).toEqual(['41.49983333', '41.50016667']);
    expect([...fixes.x]).toEqual([2.25, 2.25]);
    expect(fixes.speedMps[0]).toBeCloseTo(100 / 3.6, 12);
    expect(fixes.altitudeM[0]).toBe(120.5);
    expect(recording.timeBasis).toBe('utc');
  });

  it('finds columns by name, wherever they stand', () => {
    const device = sole(
      read(
        'a.vbo',
        vboText('time lng lat velocity heading height G sats', [
          '120000.00 -00135.0 +02490.0 036.000 045.00 +00120.50 -0.5 9',
        ]),
      ),
    );
    expect([device.fixes.x[0], device.fixes.y[0], device.fixes.speedMps[0]]).toEqual([2.25, 41.5, 10]);
    expect(device.channels.map(({ name }) => name)).toEqual(['G', 'sats']);
  });

  it('reads the three spellings of the date, and none', () => {
    const noon = Date.UTC(2026, 2, 5, 12);
    for (const created of ['@ 11:59', 'at 11:59', 'at 11:59:58']) {
      expect(
        sole(read('a.vbo', vboText(COLUMNS, [ROW], `File created on 05/03/2026 ${created}`))).fixes.timeMs[0],
      ).toBe(noon);
    }
    const undated = read('a.vbo', vboText(COLUMNS, [ROW], 'made by hand'));
    expect(undated.timeBasis).toBe('none');
    expect(sole(undated).fixes.timeMs[0]).toBe(12 * 3_600_000);
  });

  it('puts data just after midnight on the day after a head written just before it, and the other way round', () => {
    const after = vboText(COLUMNS, [ROW.replace('120000', '000105')], 'File created on 05/03/2026 @ 23:58');
    expect(sole(read('a.vbo', after)).fixes.timeMs[0]).toBe(Date.UTC(2026, 2, 6, 0, 1, 5));
    const before = vboText(COLUMNS, [ROW.replace('120000', '235900')], 'File created on 05/03/2026 @ 00:01');
    expect(sole(read('a.vbo', before)).fixes.timeMs[0]).toBe(Date.UTC(2026, 2, 4, 23, 59));
  });

  it('keeps a small step back in time as it is', () => {
    const rows = [ROW, ROW.replace('120000.00', '115959.96'), ROW.replace('120000.00', '120000.04')];
    const { fixes } = sole(read('a.vbo', vboText(COLUMNS, rows)));
    const noon = Date.UTC(2026, 2, 5, 12);
    expect([...fixes.timeMs]).toEqual([noon, noon - 40, noon + 40]);
  });

  it('reads signed degrees, east positive, where nothing speaks of minutes', () => {
    const { fixes } = sole(read('a.vbo', vboText(COLUMNS, ['9 120000.00 -33.5 +151.25 36.0 45 120'])));
    expect([fixes.y[0], fixes.x[0]]).toEqual([-33.5, 151.25]);
    const nearZero = sole(read('a.vbo', vboText(COLUMNS, ['9 120000.00 +00006.0 -00012.0 36.0 45 120'])));
    expect([nearZero.fixes.y[0], nearZero.fixes.x[0]]).toEqual([0.1, 0.2]);
  });

  it('takes a row that lacks its satellites, in front or at the end', () => {
    const short = ROW.slice(4);
    const inFront = sole(read('a.vbo', vboText(COLUMNS, [ROW, short])));
    expect([...inFront.fixes.y]).toEqual([41.5, 41.5]);
    expect(channel(inFront, 'sats')).toEqual([9, Number.NaN]);
    const atEnd = sole(
      read('a.vbo', vboText('time lat long velocity heading height sats', [`${short} 9`, short])),
    );
    expect([...atEnd.fixes.altitudeM]).toEqual([120.5, 120.5]);
    expect(channel(atEnd, 'sats')).toEqual([9, Number.NaN]);
  });

  it('takes several blanks and tabs between cells', () => {
    const { fixes } = sole(
      read('a.vbo', vboText(COLUMNS, [`  ${ROW.replaceAll(' ', '  ')}  `, ROW.replaceAll(' ', '\t')])),
    );
    expect([...fixes.x]).toEqual([2.25, 2.25]);
  });

  it('counts rows that hold no fix', () => {
    const rows = [
      ROW,
      '9 120000.00 +02490.0',
      `${ROW} 5`,
      ROW.replace('120000', '126000'),
      ROW.replace('+02490', 'x'),
    ];
    const recording = read('a.vbo', vboText(COLUMNS, rows));
    expect(sole(recording).fixes.count).toBe(1);
    expect(recording.rejected).toEqual({ short_row: 1, long_row: 1, bad_time: 1, bad_position: 1 });
  });

  it('takes mph when the head says so, and units of the last columns', () => {
    const text = `File created on 05/03/2026 @ 12:00\n[header]\ntime\nlatitude\nlongitude\nvelocity mph\nOil\n[channel units]\nC\n[column names]\ntime lat long velocity Oil\n[data]\n120000.00 +02490.0 -00135.0 10.0 90\n`;
    const device = sole(read('a.vbo', text));
    expect(device.fixes.speedMps[0]).toBeCloseTo(4.4704, 12);
    expect(device.channels).toMatchObject([{ name: 'Oil', unit: 'C' }]);
  });

  it('says what is missing', () => {
    const lacks = refusal('a.vbo', vboText('sats time lat', ['1 2 3']));
    expect([
      lacks.line,
      lacks.message.includes('columns long; columns found: "sats", "time", "lat"'),
    ]).toEqual([4, true]);
    expect(refusal('a.vbo', '[header]\ntime\n').message).toContain('[data]');
    expect(refusal('a.vbo', '[column names]\ntime lat long\n').message).toContain('cut short');
    expect(refusal('a.vbo', '[header]\ntime\n[data]\n1 2 3\n').message).toContain('before [column names]');
    expect(refusal('a.vbo', vboText(COLUMNS, ['x'])).line).toBe(7);
  });
});
