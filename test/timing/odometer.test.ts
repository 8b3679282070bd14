import { expect, test } from 'vitest';
import { type OdometerFix, stepM } from '@/lib/timing/odometer';

const fix = (timeMs: number, x: number, y: number, speedMps = Number.NaN): OdometerFix => ({
  timeMs,
  x,
  y,
  speedMps,
});

test('on a plane the way is the straight line, however slow', () => {
  expect(stepM('planar', fix(0, 0, 0), fix(1, 1, 1))).toBe(Math.SQRT2);
  expect(stepM('planar', fix(0, 3, 4), fix(1e9, 0, 0))).toBe(5);
  expect(stepM('planar', fix(0, 1e-200, 0), fix(1, 0, 0))).toBe(1e-200);
});

test('on the Earth two known speeds tell the way for up to three seconds', () => {
  expect(stepM('wgs84', fix(0, 2, 41, 20), fix(1000, 2.5, 41, 30))).toBe(25);
  expect(stepM('wgs84', fix(0, 2, 41, 20), fix(3000, 2.5, 41, 20))).toBe(60);
  expect(stepM('wgs84', fix(0, 2, 41, 20), fix(3001, 2.001, 41, 20))).toBeCloseTo(84.13, 1);
});

test('who stands by his speeds goes no way, whatever his places do', () => {
  expect(stepM('wgs84', fix(0, 2, 41, 0.4), fix(1000, 2.0001, 41, 0.49))).toBe(0);
  expect(stepM('wgs84', fix(0, 2, 41, 0.4), fix(1000, 2.0001, 41, 0.5))).toBeCloseTo(0.45, 12);
});

test('a receiver that sleeps while it is carried away has gone that way', () => {
  expect(stepM('wgs84', fix(0, 2, 41, 0), fix(600_000, 2, 41.1, 0))).toBeCloseTo(11_105.3, 0);
});

test('without speeds the way is the line on the ellipsoid', () => {
  // One degree of the meridian about 45° and of the equator, from WGS84's radii: 111,131.7 m and 111,319.5 m.
  expect(stepM('wgs84', fix(0, 9, 44.5), fix(60_000, 9, 45.5))).toBeCloseTo(111_131.7, 0);
  expect(stepM('wgs84', fix(0, 0, 0), fix(60_000, 1, 0))).toBeCloseTo(111_319.49, 1);
  expect(stepM('wgs84', fix(0, 2, 41, 20), fix(1000, 2.0001, 41))).toBeCloseTo(8.413, 2);
});

test('the antimeridian is crossed the near way', () => {
  const across = stepM('wgs84', fix(0, 179.9999, 10), fix(1000, -179.9999, 10));
  expect(across).toBeCloseTo(stepM('wgs84', fix(0, 9.9999, 10), fix(1000, 10.0001, 10)), 6);
  expect(across).toBeLessThan(30);
});

test('noise of a parked receiver is no way', () => {
  expect(stepM('wgs84', fix(0, 2, 41), fix(60_000, 2.0001, 41))).toBe(0);
  expect(stepM('wgs84', fix(0, 2, 41), fix(16_000, 2.0001, 41))).toBeGreaterThan(8);
});
