import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, describe, expect, it } from 'vitest';
import { recording, recordings } from '../support/recordings';
import { drive, rounds } from '../support/tape';

const root = join(import.meta.dirname, '..', '..');
const folder = mkdtempSync(join(tmpdir(), 'pitwall laps '));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

type Answer = { code: number; out: string; err: string };

function laps(...args: string[]): Promise<Answer> {
  return new Promise((resolve) => {
    const program = [join(root, 'scripts', 'setup.mjs'), 'laps', ...args];
    execFile(process.execPath, program, { cwd: folder, maxBuffer: 1 << 26 }, (error, out, err) => {
      resolve({ code: typeof error?.code === 'number' ? error.code : 0, out, err });
    });
  });
}

function file(name: string, content: string | Uint8Array): string {
  writeFileSync(join(folder, name), content);
  return join(folder, name);
}

const track = file(
  'track.json',
  JSON.stringify({
    frame: 'planar',
    track: { name: 'Rectangle' },
    checkpoints: [
      {
        number: 1,
        name: 'Start',
        type: 'start',
        points: [
          { x: 50, y: 5 },
          { x: 50, y: -5 },
        ],
      },
      {
        number: 2,
        name: 'Back',
        type: 'sector',
        points: [
          { x: 50, y: 45 },
          { x: 50, y: 55 },
        ],
      },
    ],
  }),
);
const fixes = drive({ x: 0, y: 0 }, rounds(3), { startMs: 0 });
const csv = (rows = fixes, device = '') =>
  [
    `time_ms,x_m,y_m,speed_mps${device ? ',device' : ''}`,
    ...rows.map((fix) => [fix.timeMs, fix.x, fix.y, fix.speedMps, ...(device ? [device] : [])].join(',')),
  ].join('\n');

describe('the laps command', () => {
  it('prints a table for people', async () => {
    const { code, out, err } = await laps('--track', track, file('good.csv', csv()));
    expect([code, err]).toEqual([0, '']);
    expect(out).toContain('good.csv: csv, 901 fixes');
    expect(out).toMatch(/1 {2}complete {2}0:30\.000 {2}±\d\.\d{3} {2}15\.000 {2}15\.000/);
    expect(out).toContain('best 0:30.000, sum of best sectors 0:30.000');
  });

  it('prints JSON for programs, file by file and device by device, also from gzip', async () => {
    const packed = file(
      'two.csv.gz',
      gzipSync(`${csv(fixes, 'red')}\n${csv(fixes, 'blue').split('\n').slice(1).join('\n')}\n`),
    );
    const { code, out } = await laps('--json', '--track', track, packed);
    expect(code).toBe(0);
    const { files } = JSON.parse(out);
    expect(files).toHaveLength(1);
    expect(files[0]).toMatchObject({ file: packed, format: 'csv', fixes: 1802, rejected: {} });
    expect(files[0].devices.map((one: { device: string }) => one.device)).toEqual(['red', 'blue']);
    expect(files[0].devices[0]).toMatchObject({ bestMs: 30_000, optimumMs: 30_000 });
    expect(files[0].devices[0].laps[1]).toEqual({
      number: 1,
      class: 'complete',
      reason: null,
      startMs: 5000,
      endMs: 35_000,
      timeMs: 30_000,
      estimated: false,
      uncertaintyMs: expect.any(Number),
      sectors: [
        { number: 1, timeMs: 15_000 },
        { number: 2, timeMs: 15_000 },
      ],
    });
  });

  it('says what it needs when a file has no gates and no track is given', async () => {
    const { code, out, err } = await laps(file('no gates.csv', csv()));
    expect([code, out.includes('no laps')]).toEqual([0, true]);
    expect(err).toContain('no gates.csv: has no gates of its own: give a track with --track.');
  });

  it('refuses a recording on a track of the other frame in one line', async () => {
    const { code, err } = await laps(
      '--track',
      track,
      file('geo.csv', 'time_ms,lat,lon\n0,1,1\n1000,1,1.001\n'),
    );
    expect(code).toBe(1);
    expect(err).toMatch(/^.*geo\.csv: The track "Rectangle" is in metres .*\n$/);
  });

  it('counts a clock that goes back and uses no row of it twice', async () => {
    const back = [...fixes.slice(0, 400), ...fixes.slice(350)];
    const { out } = await laps('--json', '--track', track, file('back.csv', csv(back)));
    const [result] = JSON.parse(out).files;
    expect(result.rejected).toEqual({ duplicate: 1, backwards: 49 });
    expect(result.devices[0].bestMs).toBe(30_000);
  });

  it('has no laps and no fault for a single fix', async () => {
    const { code, out } = await laps('--track', track, file('one.csv', csv(fixes.slice(0, 1))));
    expect([code, out.includes('csv, 1 fix\n')]).toEqual([0, true]);
  });

  const raf = new Uint8Array(1024 + 192);
  raf.set(new TextEncoder().encode('LFSRAF'));
  new DataView(raf.buffer).setUint8(9, 10);
  new DataView(raf.buffer).setUint16(12, 1024, true);
  new DataView(raf.buffer).setUint16(14, 192, true);
  new DataView(raf.buffer).setUint32(20, 11_184_810, true);

  it.each([
    ['empty.csv', '', /empty/],
    [
      'binary.csv',
      Uint8Array.from({ length: 5000 }, (_, i) => (i * 89 + (i >> 3)) % 256),
      /@0: .*binary data/,
    ],
    ['columns.csv', 'a,b,c\n1,2,3\n', /:1: .*time_ms/],
    ['header only.csv', 'time_ms,lat,lon\n', /holds no rows of data/],
    [
      'utf16.csv',
      Buffer.from('\uFEFFtime_ms,lat,lon\n1,47,9\n', 'utf16le'),
      /:1: .*UTF-16.*save it as UTF-8/,
    ],
    ['huge.csv', 'time_ms,lat,lon\n1e400,1,1\nnan,2,2\n', /:2: /],
    ['truncated.raf', raf.slice(0, 700), /@700: .*cut short/],
    ['claims 2 GB.raf', raf, /@1216: .*promises 11184810 frames/],
    ['page.csv', '<!DOCTYPE html><html><body>Not found</body></html>', /HTML|web page/],
  ])('refuses %s in one line on stderr and still reads the next file', async (name, content, reason) => {
    const bad = file(name, content);
    const { code, out, err } = await laps('--track', track, bad, file('next.csv', csv()));
    expect(code).toBe(1);
    expect(err.trimEnd().split('\n')).toHaveLength(1);
    expect(err).toContain(name);
    expect(err).toMatch(reason);
    expect(out).toContain('next.csv: csv, 901 fixes');
  });

  it.each([
    ['{"track":', /JSON/],
    [JSON.stringify({ track: { name: 'x' }, checkpoints: [] }), /checkpoints/],
  ])('refuses the track file %s', async (content, reason) => {
    const { code, out, err } = await laps(
      '--track',
      file('bad track.json', content),
      file('good.csv', csv()),
    );
    expect([code, out]).toEqual([1, '']);
    expect(err).toMatch(reason);
    expect(err).toContain('bad track.json');
  });

  it('shows its usage when called without a file', async () => {
    const { code, out } = await laps();
    expect([code, out.includes('--track')]).toEqual([1, true]);
  });

  describe.skipIf(!recordings())('on a real recording', () => {
    it("gives the logger's best and optimum of okc-dove", async () => {
      const path = (name: string) => recording('okc-dove-25hz', name);
      const { out } = await laps('--json', '--track', path('track.json'), path('okc-tillotson-data.dovex'));
      const [{ bestMs, optimumMs }] = JSON.parse(out).files[0].devices;
      expect(Math.abs(bestMs - 55_604)).toBeLessThanOrEqual(5);
      expect((optimumMs / 1000).toFixed(3)).toBe('55.433');
    });
  });
});
