import { describe, expect, it } from 'vitest';
import { simulateRace } from '@/lib/simulator/race';
import { montmelo } from '@/lib/simulator/track';
import { detectLaps } from '@/lib/timing/detect-laps';

const startMs = Date.UTC(2026, 4, 16, 13, 0, 0);

describe('the simulated race', () => {
  const race = simulateRace('a race', { startMs });
  const entry = (number: string) => {
    const found = race.entries.find((one) => one.number === number);
    if (!found) throw new Error(`There is no car ${number}.`);
    return found;
  };
  /** When a car passed the start line, on the track or in the pits. */
  const linesOf = (number: string) =>
    entry(number)
      .truth.crossings.filter(({ checkpoint }) => checkpoint === 1 || checkpoint === 4)
      .map(({ timeMs }) => timeMs);
  const lastMs = ({ fixes }: (typeof race.entries)[number]) => fixes.timeMs[fixes.count - 1] ?? 0;

  it('has eight cars in two classes, each with a number of its own', () => {
    expect(new Set(race.entries.map(({ number }) => number)).size).toBe(8);
    expect(new Set(race.entries.map(({ carClass }) => carClass))).toEqual(new Set(['GT', 'Cup']));
  });

  it('begins standing and with the green: nobody passes the line before it, all on the grid soon after', () => {
    for (const { number } of race.entries.slice(0, 7)) {
      const [first = 0] = linesOf(number);
      expect(first).toBeGreaterThan(race.greenMs);
      expect(first).toBeLessThan(race.greenMs + 10_000);
      expect(entry(number).fixes.speedMps[50]).toBeLessThan(0.5);
    }
  });

  it('is flagged off just before its winner has driven all laps, and nobody races on', () => {
    const done = race.entries.map(({ number }) => ({
      number,
      laps: linesOf(number).filter((timeMs) => timeMs < race.chequeredMs).length,
      after: linesOf(number).filter((timeMs) => timeMs > race.chequeredMs),
    }));
    const racers = done.filter(({ number }) => number !== '42');
    expect(Math.max(...racers.map(({ laps }) => laps))).toBe(race.laps);
    for (const { after } of racers) expect(after).toHaveLength(1);
    // Somebody is lapped.
    expect(Math.min(...racers.map(({ laps }) => laps))).toBeLessThan(race.laps);
    const winnerMs = Math.min(
      ...racers.filter(({ laps }) => laps === race.laps).flatMap(({ after }) => after),
    );
    expect(winnerMs - race.chequeredMs).toBeCloseTo(1_000, 3);
  });

  it('has stops, a car that retires and stands, and one that joins late from the pit lane', () => {
    const classes = (number: string) =>
      detectLaps(montmelo(), entry(number).fixes).laps.map((lap) => lap.class);
    expect(classes('11').filter((one) => one === 'inlap')).toHaveLength(2);
    const retired = entry('42');
    expect(lastMs(retired)).toBeLessThan(race.chequeredMs - 300_000);
    expect(retired.fixes.speedMps.subarray(-500).every((speed) => speed < 0.5)).toBe(true);
    expect(entry('68').fixes.timeMs[0]).toBeGreaterThan(race.greenMs + 100_000);
    expect(classes('68').slice(0, 2)).toEqual(['outlap', 'complete']);
  });

  it('has lap times of real cars, and gaps that a race has', () => {
    for (const { fixes, carClass } of race.entries) {
      const complete = detectLaps(montmelo(), fixes).laps.filter((lap) => lap.class === 'complete');
      const best = Math.min(...complete.map((lap) => lap.timeMs));
      expect(complete.length).toBeGreaterThanOrEqual(4);
      expect(best / 1000).toBeGreaterThan(carClass === 'GT' ? 105 : 115);
      expect(best / 1000).toBeLessThan(carClass === 'GT' ? 115 : 127);
    }
    const gaps = ['11', '7', '31', '23'].map((number) => linesOf(number)[10] ?? 0);
    expect(Math.max(...gaps) - Math.min(...gaps)).toBeLessThan(30_000);
  });

  it('is the same again with the same seed and another with another', () => {
    const [again] = simulateRace('a race', { startMs }).entries;
    const [other] = simulateRace('another', { startMs }).entries;
    expect(again?.fixes).toEqual(race.entries[0]?.fixes);
    expect(other?.truth).not.toEqual(race.entries[0]?.truth);
  });
});
