import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { detectLaps } from '@/lib/timing/detect-laps';
import { LapDetector } from '@/lib/timing/lap-detector';
import { withDirections } from '@/lib/timing/learn-directions';
import { fixAt } from '@/lib/timing/normalise';
import type { FixColumns, TimingEvent, Track } from '@/lib/timing/types';
import { RECORDED_SETS, recordedSet } from '../support/recorded-sets';
import { recordings } from '../support/recordings';
import { columns, drive, GATES, rounds, trackOf } from '../support/tape';

function eventsInOneGo(track: Track, fixes: FixColumns): TimingEvent[] {
  const detector = new LapDetector(track);
  const events: TimingEvent[] = [];
  for (let i = 0; i < fixes.count; i++) events.push(...detector.push(fixAt(fixes, i)));
  return [...events, ...detector.finish()];
}

/** Every detector lives for `portion` fixes only: the next goes on from its snapshot, written out as JSON. */
function eventsInPortions(track: Track, fixes: FixColumns, portions: readonly number[]): TimingEvent[] {
  const events: TimingEvent[] = [];
  let detector = new LapDetector(track);
  let next = 0;
  for (let p = 0; next < fixes.count; p++) {
    const end = Math.min(fixes.count, next + (portions[p % portions.length] ?? 1));
    for (; next < end; next++) events.push(...detector.push(fixAt(fixes, next)));
    const saved: ReturnType<LapDetector['snapshot']> = JSON.parse(JSON.stringify(detector.snapshot()));
    detector = new LapDetector(track);
    detector.restore(saved);
  }
  return [...events, ...detector.finish()];
}

function expectSameEvents(track: Track, fixes: FixColumns, runs: number) {
  const known = withDirections(track, detectLaps(track, fixes).directions);
  const whole = eventsInOneGo(known, fixes);
  const batch = detectLaps(track, fixes);
  expect(whole.filter((event) => event.type === 'lap').length).toBe(batch.laps.length);
  expect(eventsInPortions(known, fixes, [101])).toEqual(whole);
  const sizes = fc.array(fc.integer({ min: 1, max: fixes.count }), { minLength: 1, maxLength: 12 });
  fc.assert(
    fc.property(sizes, (portions) => {
      // Tiny portions all the way would only repeat the snapshot; keep the run short on long recordings.
      const least = Math.ceil(fixes.count / 400);
      expect(
        eventsInPortions(
          known,
          fixes,
          portions.map((size) => Math.max(size, least)),
        ),
      ).toEqual(whole);
    }),
    { numRuns: runs, seed: 7 },
  );
}

describe('live equals batch', () => {
  it('on a driven rectangle, with a snapshot after every single fix', () => {
    const fixes = columns(drive({ x: 0, y: 0 }, rounds(4)));
    const track = withDirections(trackOf(GATES), detectLaps(trackOf(GATES), fixes).directions);
    expect(eventsInPortions(track, fixes, [1])).toEqual(eventsInOneGo(track, fixes));
  });

  it('when snapshots are restored without a course, an accuracy or a speed', () => {
    const fixes = columns(drive({ x: 0, y: 0 }, rounds(2)));
    fixes.speedMps.fill(Number.NaN);
    expectSameEvents(trackOf(GATES), fixes, 20);
  });

  it('refuses the snapshot of another detector', () => {
    const detector = new LapDetector(trackOf(GATES));
    expect(() => detector.restore({ ...detector.snapshot(), version: -1 })).toThrow(/replay the fixes/);
  });

  describe.skipIf(!recordings())('on every recording', () => {
    it.each(RECORDED_SETS)('%s', (name) => {
      const { track, fixes } = recordedSet(name);
      expectSameEvents(track, fixes, 8);
    });
  });
});
