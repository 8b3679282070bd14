import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { readGpxLine } from '@/lib/formats/gpx-read';
import { parseTrackFile, writeTrackFile } from '@/lib/formats/track-file';
import { FormatError, type Recording } from '@/lib/formats/types';
import { recording, recordings } from '../support/recordings';
import { channel, read, readInPieces, refusal, sole } from './reading';
import { sentence } from './samples';

function bytesOfSet(set: string, file: string): Uint8Array {
  const bytes = new Uint8Array(readFileSync(recording(set, file)));
  return file.endsWith('.gz') ? new Uint8Array(gunzipSync(bytes)) : bytes;
}

function readSet(set: string, file: string): Recording {
  return read(file.replace('.gz', ''), bytesOfSet(set, file));
}

const FILES = [
  ['okc-dove-25hz', 'okc-tillotson-data.dovex'],
  ['okc-nmea-mylaps', 'lap.nmea'],
  ['lignano-racebox-pits', 'racebox-lignano.vbo'],
  ['stc-trackaddict-noisy', 'STC_log.csv.gz'],
  ['lfs-raf-bl1', 'bl1_xfgti_1lap.raf'],
  ['pir-exitspeed-10hz', 'race_2020-06-20.csv.gz'],
] as const;

describe.skipIf(!recordings())('real recordings', () => {
  it('okc-dove: 22,691 fixes at 25 Hz and the logger’s 13 laps', () => {
    const dove = readSet('okc-dove-25hz', 'okc-tillotson-data.dovex');
    const device = sole(dove);
    expect([dove.format, device.fixes.count, dove.rejected]).toEqual(['dove', 22_691, {}]);
    expect([device.fixes.timeMs[0], device.fixes.timeMs[22_690]]).toEqual([1775319260240, 1775320170600]);
    expect([device.fixes.y[0], device.fixes.x[0]]).toEqual([28.4108402, -81.3793428]);
    expect(dove.recordedLaps).toHaveLength(13);
    expect(Math.min(...dove.recordedLaps.map(({ timeMs }) => timeMs))).toBe(55_604);
    expect(channel(device, 'rpm')[0]).toBe(759);
  });

  it('okc-nmea: 993 and 2,790 fixes with 10 ms stamps', () => {
    const lap = readSet('okc-nmea-mylaps', 'lap.nmea');
    const { fixes } = sole(lap);
    expect([lap.format, fixes.count, lap.rejected, lap.timeBasis]).toEqual(['nmea', 993, {}, 'utc']);
    expect(fixes.timeMs[0]).toBe(Date.UTC(2023, 3, 29, 17, 35, 42, 920));
    expect(fixes.timeMs.every((time) => time % 10 === 0)).toBe(true);
    expect(fixes.y[0]).toBeCloseTo(28 + 24.72979 / 60, 12);
    expect(fixes.x[0]).toBeCloseTo(-(81 + 22.77505 / 60), 12);
    expect(fixes.speedMps[0]).toBeCloseTo((32.01 * 1852) / 3600, 12);
    expect(sole(readSet('okc-nmea-mylaps', '2laps.nmea')).fixes.count).toBe(2790);
  });

  it('okc-nmea moved over midnight: every fix moves by the same time', () => {
    const bytes = bytesOfSet('okc-nmea-mylaps', '2laps.nmea');
    const shiftMs = Date.UTC(2023, 3, 29, 23, 58) - Date.UTC(2023, 3, 29, 17, 34, 30);
    const moved = new TextDecoder()
      .decode(bytes)
      .split('\r\n')
      .filter((line) => line !== '')
      .map((line) => {
        const fields = line.slice(1, line.indexOf('*')).split(',');
        const [, h, m, s] = /^(\d\d)(\d\d)(\d\d\.\d+)$/.exec(fields[1] ?? '') ?? [];
        const at = new Date(
          Date.UTC(2023, 3, 29, Number(h), Number(m)) + Math.round(Number(s) * 1000) + shiftMs,
        );
        const iso = at.toISOString();
        fields[1] = iso.slice(11, 23).replaceAll(':', '');
        if (fields[0] === 'GPRMC') fields[9] = `${iso.slice(8, 10)}${iso.slice(5, 7)}${iso.slice(2, 4)}`;
        return sentence(fields.join(','));
      })
      .join('');
    const before = sole(read('a.nmea', bytes)).fixes;
    const after = sole(read('a.nmea', moved)).fixes;
    expect(new Date(after.timeMs[after.count - 1] ?? 0).getUTCDate()).toBe(30);
    expect([...after.timeMs]).toEqual([...before.timeMs].map((time) => time + shiftMs));
  });

  it('lignano: 31,527 rows, west-positive minutes, the start line as two end points', () => {
    const vbo = readSet('lignano-racebox-pits', 'racebox-lignano.vbo');
    const { fixes } = sole(vbo);
    expect([vbo.format, fixes.count, vbo.rejected, vbo.title]).toEqual(['vbo', 31_527, {}, 'Lignano']);
    expect(fixes.timeMs[0]).toBe(Date.UTC(2026, 3, 11, 11, 32, 21));
    expect((fixes.timeMs[31_526] ?? 0) - (fixes.timeMs[0] ?? 0)).toBe(1_261_110);
    expect([fixes.y[0], fixes.x[0]]).toEqual([2743.97317 / 60, 784.38007 / 60]);
    const known = parseTrackFile(readFileSync(recording('lignano-racebox-pits', 'track.json'), 'utf8'));
    const [own, theirs] = [vbo.track?.checkpoints[0], known.checkpoints[0]];
    expect(vbo.track?.checkpoints).toHaveLength(1);
    own?.points.forEach((point, index) => {
      expect(point.x).toBeCloseTo(theirs?.points[index]?.x ?? 0, 6);
      expect(point.y).toBeCloseTo(theirs?.points[index]?.y ?? 0, 6);
    });
  });

  it('stc: 1,164 fixes of 25,198 rows, every other row counted, the app’s five laps kept', () => {
    const stc = readSet('stc-trackaddict-noisy', 'STC_log.csv.gz');
    const { fixes } = sole(stc);
    expect([stc.format, fixes.count, stc.rejected]).toEqual(['trackaddict', 1164, { no_gps_update: 24_034 }]);
    expect(stc.recordedLaps.map(({ timeMs }) => timeMs)).toEqual([
      155_138, 444_553, 107_089, 116_145, 357_906,
    ]);
    expect(stc.track).toBeNull();
    expect(Math.max(...fixes.accuracyM)).toBe(48);
  });

  it('lfs-raf: 9,586 frames, the lap of 95.860 s, gates where the known ones are', () => {
    const raf = readSet('lfs-raf-bl1', 'bl1_xfgti_1lap.raf');
    const device = sole(raf);
    expect([raf.format, device.fixes.count, device.fixes.timeMs[9585]]).toEqual(['lfs-raf', 9586, 95_850]);
    expect(raf.recordedLaps).toEqual([{ number: 1, timeMs: 95_860, sectorsMs: [31_330, 37_320, 27_210] }]);
    const known: { [gate: string]: { x: number; y: number; dirX: number; dirY: number } } = JSON.parse(
      readFileSync(recording('insim', 'bl1_track_from_raf.json'), 'utf8'),
    );
    ['finish', 'split1', 'split2'].forEach((name, index) => {
      const [a, b] = raf.track?.checkpoints[index]?.points ?? [];
      const gate = known[name];
      if (!a || !b || !gate) throw new Error(`No gate ${name}.`);
      expect((a.x + b.x) / 2).toBeCloseTo(gate.x, 2);
      expect((a.y + b.y) / 2).toBeCloseTo(gate.y, 2);
      const along = ((b.x - a.x) * gate.dirX + (b.y - a.y) * gate.dirY) / Math.hypot(b.x - a.x, b.y - a.y);
      // Theirs is the nose's direction, ours the driven one: they differ by the slip angle.
      expect(Math.abs(along)).toBeLessThan(0.04);
    });
    const csv = sole(readSet('insim', 'bl1_xfg_95860_100hz.csv'));
    const offM = device.fixes.x.map((x, i) =>
      Math.hypot(x - (csv.fixes.x[i] ?? 0), (device.fixes.y[i] ?? 0) - (csv.fixes.y[i] ?? 0)),
    );
    expect(Math.max(...offM)).toBeLessThan(0.001);
    for (const name of ['throttle', 'brake', 'gear', 'rpm']) {
      const theirs = channel(csv, name);
      const off = channel(device, name).map((value, i) => Math.abs(value - (theirs[i] ?? Number.NaN)));
      expect(Math.max(...off), name).toBeLessThanOrEqual(0.51);
    }
  });

  it('pir: all 31,730 rows of the decoded CSV, doubled time stamps included', () => {
    const { fixes } = sole(readSet('pir-exitspeed-10hz', 'race_2020-06-20.csv.gz'));
    expect(fixes.count).toBe(31_730);
    expect(fixes.timeMs.filter((time, i) => time === fixes.timeMs[i - 1])).toHaveLength(15_862);
    expect(fixes.timeMs[0]).toBe(1592690752700);
  });

  it('oschersleben: a line of 374 points without time is refused for laps and given as a line', () => {
    const bytes = bytesOfSet('centreline-oschersleben', 'OscherslebenLap.gpx');
    expect(refusal('OscherslebenLap.gpx', bytes).message).toContain(
      '374 track points of this GPX carry no time',
    );
    const line = readGpxLine(bytes);
    expect([line.name, line.points.length, line.points[0]]).toEqual([
      'OscherslebenLap',
      374,
      { x: 11.283036691284167, y: 52.026567417839374 },
    ]);
    expect(refusal('Oschersleben.csv', bytesOfSet('centreline-oschersleben', 'Oschersleben.csv')).line).toBe(
      1,
    );
  });

  it('every track file of the sets is read and written back', () => {
    const sets = [
      'okc-dove-25hz',
      'okc-nmea-mylaps',
      'pir-exitspeed-10hz',
      'lignano-racebox-pits',
      'stc-trackaddict-noisy',
      'lfs-raf-bl1',
      'gt7-broadbean-60hz',
    ];
    for (const set of sets) {
      const text = readFileSync(recording(set, 'track.json'), 'utf8');
      const track = parseTrackFile(text);
      expect(parseTrackFile(writeTrackFile(track))).toEqual(track);
      expect(refusal('track.json', new TextEncoder().encode(text)).message).toContain('track file');
    }
  });

  it('give the same recording in pieces of 64 KiB and of odd sizes', () => {
    for (const [set, file] of FILES) {
      const bytes = bytesOfSet(set, file);
      const whole = read(file, bytes);
      for (const size of [65_536, 9973]) {
        const cuts = Array.from({ length: Math.floor(bytes.length / size) }, (_, i) => (i + 1) * size);
        expect(readInPieces(file, bytes, cuts), file).toEqual(whole);
      }
    }
  });

  it('cut short anywhere, end in a recording or a FormatError', () => {
    for (const [set, file] of FILES) {
      const bytes = bytesOfSet(set, file);
      for (let part = 0; part < 60; part++) {
        const end = Math.floor((bytes.length * part * part) / 3600);
        try {
          expect(read(file, bytes.subarray(0, end)).devices[0]?.fixes.count).toBeGreaterThan(0);
        } catch (error) {
          expect(error, `${file} cut at ${end}`).toBeInstanceOf(FormatError);
        }
      }
    }
  });
});
