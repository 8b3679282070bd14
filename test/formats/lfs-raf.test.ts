import { describe, expect, it } from 'vitest';
import { channel, read, refusal, sole } from './reading';
import { rafBytes, sampleOf } from './samples';

describe('Live for Speed RAF', () => {
  it('reads frames in metres from time zero, and the driver’s inputs as channels', () => {
    const recording = read('a.raf', sampleOf('lfs-raf').bytes);
    expect(recording).toMatchObject({
      format: 'lfs-raf',
      timeBasis: 'none',
      driver: 'Ada',
      vehicle: 'XF GTI',
      title: 'Blackwood GP',
    });
    const device = sole(recording);
    expect(device.fixes.frame).toBe('planar');
    expect([...device.fixes.timeMs.slice(0, 3)]).toEqual([0, 10, 20]);
    expect([device.fixes.x[3], device.fixes.y[3], device.fixes.speedMps[3]]).toEqual([3, 6, 30]);
    expect(channel(device, 'throttle')[0]).toBe(0.5);
    expect(channel(device, 'brake')[0]).toBe(0.25);
    expect(channel(device, 'steer')[0]).toBe(-0.5);
    expect(channel(device, 'gear')[0]).toBe(3);
    expect(channel(device, 'rpm')[0]).toBeCloseTo(7000, 2);
    expect(channel(device, 'g_lateral')[0]).toBe(-0.5);
    expect(channel(device, 'g_longitudinal')[0]).toBe(1);
    expect(channel(device, 'heading')[0]).toBe(90);
  });

  it('makes the recorded lap of the times in the head, and gates where the car was at them', () => {
    const recording = read('a.raf', sampleOf('lfs-raf').bytes);
    expect(recording.recordedLaps).toEqual([{ number: 1, timeMs: 400, sectorsMs: [155, 245] }]);
    const [start, split] = recording.track?.checkpoints ?? [];
    expect([start?.type, split?.type, recording.track?.frame]).toEqual(['start', 'sector', 'planar']);
    const middle = split && {
      x: (split.points[0].x + split.points[1].x) / 2,
      y: (split.points[0].y + split.points[1].y) / 2,
    };
    expect(middle?.x).toBeCloseTo(15.5, 9);
    expect(middle?.y).toBeCloseTo(31, 9);
    const across = split && [split.points[1].x - split.points[0].x, split.points[1].y - split.points[0].y];
    expect(Math.hypot(across?.[0] ?? 0, across?.[1] ?? 0)).toBeCloseTo(12, 9);
    // Square to the driven line (1, 2), the first point to the left.
    expect((across?.[0] ?? 0) + 2 * (across?.[1] ?? 0)).toBeCloseTo(0, 9);
    expect(split?.points[0].x).toBeLessThan(15.5);
  });

  it('has no laps and no gates when the head has no times', () => {
    const recording = read(
      'a.raf',
      rafBytes([
        { x: 0, y: 0 },
        { x: 1, y: 0 },
      ]),
    );
    expect([recording.recordedLaps, recording.track]).toEqual([[], null]);
  });

  it('refuses a head that claims more than the file holds, without making room for it', () => {
    const before = process.memoryUsage().arrayBuffers;
    const error = refusal('a.raf', rafBytes([{ x: 0, y: 0 }], { claim: 11_184_810 }));
    expect(error.message).toContain('promises 11184810 frames, but the file ends after 1');
    expect(error.offset).toBe(1216);
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(50_000_000);
  });

  it('refuses heads that make no sense, with the offset', () => {
    const damaged = (offset: number, value: number) => {
      const bytes = rafBytes([{ x: 0, y: 0 }]);
      new DataView(bytes.buffer).setUint16(offset, value, true);
      return refusal('a.raf', bytes).offset;
    };
    expect([damaged(12, 20), damaged(14, 0), damaged(20, 0)]).toEqual([12, 14, 20]);
    expect(refusal('a.raf', rafBytes([{ x: 0, y: 0 }], { intervalMs: 0 })).offset).toBe(9);
    expect(refusal('a.raf', sampleOf('lfs-raf').bytes.slice(0, 500)).message).toContain(
      'shorter than its own head',
    );
  });
});
