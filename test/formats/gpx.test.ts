import { describe, expect, it } from 'vitest';
import { readGpxLine } from '@/lib/formats/gpx-read';
import { isoText, isoTimeMs } from '@/lib/formats/iso-time';
import { channel, read, refusal, sole } from './reading';
import { bytesOf, sampleOf } from './samples';

const SAMPLE = new TextDecoder().decode(sampleOf('gpx').bytes);
const point = (time: string, lat = 41.5) =>
  `<trkpt lat="${lat}" lon="2.25">${time && `<time>${time}</time>`}</trkpt>`;
const gpx = (inner: string) => `<gpx version="1.1">${inner}</gpx>`;

describe('GPX', () => {
  it('reads time, altitude, and speed and course from the extension; other numbers are channels', () => {
    const recording = read('a.gpx', SAMPLE);
    expect(recording.title).toBe('Evening');
    const device = sole(recording);
    expect(device.device).toBe('Kart 7');
    expect([...device.fixes.timeMs]).toEqual([1772735400040, 1772735400140]);
    expect([...device.fixes.speedMps]).toEqual([31.5, Number.NaN]);
    expect([...device.fixes.courseDeg]).toEqual([45, Number.NaN]);
    expect([...device.fixes.altitudeM]).toEqual([120.5, Number.NaN]);
    expect(channel(device, 'hr')).toEqual([150, Number.NaN]);
    expect(channel(device, 'hdop')).toEqual([0.9, Number.NaN]);
  });

  it('joins segments and tracks of one name, and parts tracks of different names', () => {
    const segment = (time: string) => `<trkseg>${point(time)}</trkseg>`;
    const text = gpx(
      `<trk><name>A</name>${segment('2026-03-05T18:30:00Z')}${segment('2026-03-05T18:31:00Z')}</trk>` +
        `<trk><name>B</name>${segment('2026-03-05T18:30:00Z')}</trk><trk><name>A</name>${segment('2026-03-05T18:32:00Z')}</trk>`,
    );
    const recording = read('a.gpx', text);
    expect(recording.devices.map(({ device, fixes }) => [device, fixes.count])).toEqual([
      ['A', 3],
      ['B', 1],
    ]);
    expect(recording.notes.join()).toContain('3 tracks');
  });

  it('refuses a file without times for laps, but gives its line', () => {
    const text = gpx(
      `<trk><name>Ring</name><trkseg>${point('', 1)}${point('', 2)}${point('', 3)}</trkseg></trk>`,
    );
    expect(refusal('a.gpx', text).message).toContain('3 track points of this GPX carry no time');
    expect(readGpxLine(bytesOf(text))).toEqual({
      name: 'Ring',
      points: [
        { x: 2.25, y: 1 },
        { x: 2.25, y: 2 },
        { x: 2.25, y: 3 },
      ],
    });
    expect(() => readGpxLine(bytesOf(gpx('')))).toThrow('at least three');
  });

  it('counts points that are no fix', () => {
    const text = gpx(
      `<trk><trkseg>${point('2026-03-05T18:30:00Z')}${point('')}${point('yesterday')}<trkpt lat="x" lon="1"><time>2026-03-05T18:30:01Z</time></trkpt></trkseg></trk><rte><rtept lat="1" lon="2"/></rte>`,
    );
    expect(read('a.gpx', text).rejected).toEqual({
      no_time: 1,
      bad_time: 1,
      bad_position: 1,
      route_point: 1,
    });
  });

  it('refuses entities and document types', () => {
    const bomb = `<?xml version="1.0"?>\n<!DOCTYPE gpx [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;">]>\n${gpx('<trk><name>&b;</name></trk>')}`;
    expect(refusal('a.gpx', bomb).message).toContain('document type');
    expect(refusal('a.gpx', gpx('<trk><name>&b;</name></trk>')).message).toContain('damaged');
  });

  it('says where the XML is damaged or cut short', () => {
    const cut = refusal('a.gpx', SAMPLE.slice(0, 400));
    expect([cut.message.includes('cut short'), cut.line]).toEqual([
      true,
      SAMPLE.slice(0, 400).split('\n').length,
    ]);
    expect(refusal('a.gpx', '<gpx>\n<trk>\n</trkseg></gpx>').line).toBe(3);
    expect(refusal('a.gpx', '<?xml version="1.0" encoding="UTF-7"?><gpx/>').message).toContain('UTF-7');
    expect(refusal('a.gpx', gpx('')).message).toContain('no track points');
    expect(refusal('a.gpx', `<gpx>${'<a>'.repeat(100)}`).message).toContain('nested');
  });

  it('reads Latin-1 when the file declares it', () => {
    const text = `<?xml version="1.0" encoding="ISO-8859-1"?>${gpx(`<trk><name>Zoë</name><trkseg>${point('2026-03-05T18:30:00Z')}</trkseg></trk>`)}`;
    expect(
      sole(
        read(
          'a.gpx',
          Uint8Array.from(text, (char) => char.charCodeAt(0)),
        ),
      ).device,
    ).toBe('Zoë');
  });
});

describe('an ISO instant', () => {
  it('is read to the microsecond, in any zone, and written back', () => {
    expect(isoTimeMs('2026-03-05T18:30:00.123456Z')).toBe(1772735400123.456);
    expect(isoTimeMs('2026-03-05T19:30:00+01:00')).toBe(1772735400000);
    expect(isoTimeMs('2026-03-05T18:30:00')).toBe(1772735400000);
    expect(['2026-13-05T18:30:00Z', '18:30', '', '2026-03-05'].map(isoTimeMs)).toEqual([NaN, NaN, NaN, NaN]);
    expect(isoText(1772735400123.456)).toBe('2026-03-05T18:30:00.123456Z');
    expect(isoText(-0.5)).toBe('1969-12-31T23:59:59.999500Z');
  });
});
