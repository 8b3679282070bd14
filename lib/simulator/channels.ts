import type { Channel } from '@/lib/timing/types';
import { carState, type Motion } from './motion';
import type { Random } from './random';
import { type Receiver, sampleTimes } from './receiver';
import type { CarModel } from './speed-profile';

const GRAVITY_MPS2 = 9.81;
const GEARS = 6;
const MAX_RPM = 8200;

/** Highest speed of a gear as a share of the top speed; the ratios narrow upwards. */
const gearTop = (gear: number) => (0.3 + 0.74 * ((gear - 1) / (GEARS - 1)) ** 0.85) * 1.02;

/** The gear that a driver would have at this share of the top speed. */
function gearFor(share: number): number {
  let gear = 1;
  while (gear < GEARS && share > 0.94 * gearTop(gear)) gear++;
  return gear;
}

/** What the engine must give: the acceleration seen plus the drag that grows with the speed. */
function throttleFor(car: CarModel, speedMps: number, accelerationMps2: number): number {
  const drag = car.accelerationMps2 * Math.min(0.98, (speedMps / car.topSpeedMps) ** 3);
  return Math.min(1, Math.max(0, (accelerationMps2 + drag) / car.accelerationMps2));
}

/**
 * The further channels of a logger in the car, one value for each fix: throttle, brake (0–1), gear, rpm, lateral
 * (right positive) and longitudinal acceleration in g. Pedals and g are low-passed as feet and dampers do it.
 */
export function carChannels(motion: Motion, receiver: Receiver, car: CarModel, random: Random): Channel[] {
  const times = sampleTimes(motion, receiver);
  const make = (name: string, unit: string): Channel => ({
    name,
    unit,
    values: new Float64Array(times.length),
  });
  const throttle = make('throttle', '');
  const brake = make('brake', '');
  const gear = make('gear', '');
  const rpm = make('rpm', 'rpm');
  const lateral = make('lateral_g', 'g');
  const longitudinal = make('longitudinal_g', 'g');
  const state = carState();
  const foot = { throttle: 0, brake: 0, lateral: 0, longitudinal: 0 };
  times.forEach((timeMs, i) => {
    motion.at(timeMs, state);
    const stepS = i === 0 ? 1 : (timeMs - (times[i - 1] ?? 0)) / 1000;
    const follow = 1 - Math.exp(-stepS / 0.12);
    const toward = (value: number, target: number) => value + (target - value) * follow;
    const braking = Math.min(1, Math.max(0, -state.accelerationMps2 / car.brakingMps2));
    const pushed = braking > 0.05 ? 0 : throttleFor(car, state.speedMps, state.accelerationMps2);
    foot.throttle = toward(foot.throttle, state.speedMps > 0.1 ? pushed : 0);
    foot.brake = toward(foot.brake, state.speedMps > 0.1 ? braking : 0.3);
    foot.lateral = toward(foot.lateral, -state.lateralMps2 / GRAVITY_MPS2);
    foot.longitudinal = toward(foot.longitudinal, state.accelerationMps2 / GRAVITY_MPS2);
    const share = state.speedMps / car.topSpeedMps;
    const chosen = gearFor(share);
    throttle.values[i] = foot.throttle;
    brake.values[i] = foot.brake;
    gear.values[i] = chosen;
    rpm.values[i] = Math.round(Math.max(1100, (MAX_RPM * share) / gearTop(chosen)) + random.gaussian(15));
    lateral.values[i] = foot.lateral + random.gaussian(0.015);
    longitudinal.values[i] = foot.longitudinal + random.gaussian(0.015);
  });
  return [throttle, brake, gear, rpm, lateral, longitudinal];
}
