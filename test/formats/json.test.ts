import { describe, expect, it } from 'vitest';
import { channel, read, refusal, sole } from './reading';
import { sampleOf } from './samples';

const DOC = new TextDecoder().decode(sampleOf('json').bytes);

describe('our JSON', () => {
  it('reads a document with all it holds', () => {
    const recording = read('a.json', DOC);
    expect(recording).toMatchObject({ format: 'json', timeBasis: 'none', title: 'Test', rejected: {} });
    expect(recording.recordedLaps).toEqual([{ number: 1, timeMs: 61000, sectorsMs: [30000, 31000] }]);
    const device = sole(recording);
    expect(device.device).toBe('robot');
    expect(device.fixes.frame).toBe('planar');
    expect([...device.fixes.x]).toEqual([1.5, 1.55]);
    expect([...device.fixes.altitudeM]).toEqual([Number.NaN, Number.NaN]);
    expect(device.channels).toMatchObject([{ name: 'battery', unit: 'V' }]);
    expect(channel(device, 'battery')).toEqual([12.1, 12]);
  });

  it('reads an array of fixes and one fix a line, with the columns of our CSV as keys', () => {
    const fixes = ['{"time_ms":1,"lat":41,"lon":2,"speedMps":3,"rpm":9000}', '{"timeMs":2,"lat":41,"lon":2}'];
    for (const text of [`[${fixes.join(',\n')}]`, `${fixes.join('\n')}\n`]) {
      const device = sole(read('a.json', text));
      expect([...device.fixes.timeMs]).toEqual([1, 2]);
      expect([...device.fixes.speedMps]).toEqual([3, Number.NaN]);
      expect(channel(device, 'rpm')).toEqual([9000, Number.NaN]);
    }
  });

  it('reads ISO times and keeps devices apart', () => {
    const recording = read(
      'a.ndjson',
      '{"device":"A","time":"2026-03-05T18:30:00.5Z","lat":1,"lon":2}\n{"device":"a","time":"2026-03-05T19:30:00.5+01:00","lat":1,"lon":2}\n',
    );
    expect(recording.devices.map(({ device }) => device)).toEqual(['A', 'a']);
    expect(recording.devices.map(({ fixes }) => fixes.timeMs[0])).toEqual([1772735400500, 1772735400500]);
  });

  it('counts fixes that are none by their reason', () => {
    const lines = [
      '{"time_ms":1,"lat":1,"lon":2}',
      '{"time_ms":null,"lat":1,"lon":2}',
      '{"time_ms":1e400,"lat":1,"lon":2}',
      '{"time_ms":3}',
      '{"time_ms":4,"x_m":1,"y_m":2}',
      '{"time_ms":5,"lat":1,',
      '[1,2,3]',
    ];
    const recording = read('a.ndjson', lines.join('\n'));
    expect(sole(recording).fixes.count).toBe(1);
    expect(recording.rejected).toEqual({
      bad_time: 2,
      no_position: 1,
      other_frame: 1,
      bad_json: 1,
      no_object: 1,
    });
  });

  it('counts rows of a document that are no fix', () => {
    const recording = read(
      'a.json',
      DOC.replace('[0,1.5', '[null,1.5').replace('[100', '[0,1,2],["x"],[100'),
    );
    expect(sole(recording).fixes.count).toBe(1);
    expect(recording.rejected).toEqual({ bad_time: 1, bad_row: 2 });
  });

  it('is not fooled by brackets and keys inside strings', () => {
    const recording = read('a.json', DOC.replace('"Test"', String.raw`"a \"fixes\":[1,{ } \\"`));
    expect(recording.title).toBe('a "fixes":[1,{ } \\');
    expect(sole(recording).fixes.count).toBe(2);
  });

  it('refuses another kind, another version, a wrong field and a document that is cut short', () => {
    expect(refusal('a.json', '{\n"a": 1}').message).toContain('"format": "pitwall-recording"');
    expect(refusal('a.json', DOC.replace('"version":1', '"version":2')).message).toContain('version 2');
    expect(refusal('a.json', DOC.replace('"planar"', '"mars"')).message).toContain('$.devices[0].frame');
    expect(refusal('a.json', DOC.replace('"none"', '"noon"')).message).toContain('$.timeBasis');
    const twice = DOC.replace('"devices":[', '"devices":[{"device":"robot","frame":"planar","fixes":[]},');
    expect(refusal('a.json', twice).message).toContain('a device twice');
    const cut = refusal('a.json', DOC.slice(0, -30));
    expect(cut.message).toContain('cut short');
    expect(cut.line).toBe(5);
    expect(refusal('a.json', `${DOC}x`).message).toContain('follows the end');
    expect(refusal('a.json', '[{"time_ms":1]').message).toContain('brackets');
    expect(refusal('a.json', '[{"time_ms":1,}]').line).toBe(1);
  });

  it('refuses nesting bombs and endless elements', () => {
    expect(refusal('a.json', `[{"a":${'['.repeat(100_000)}`).message).toContain('nested');
    expect(refusal('a.json', `[{"a":"${'x'.repeat(1_200_000)}"}]`).message).toContain('longer than');
  });
});
