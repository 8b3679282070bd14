import type { Checkpoint, Point, Track } from '@/lib/timing/types';
import { type Circuit, gateAcross, racingLine } from './circuit';
import { groundAt } from './ground';
import { smoothLine } from './line';

/** Middle of the road, driving order: hundred-thousandths of a degree north of 41.5 and east of 2.2. */
const ROAD = `
  7003 6122, 6480 5684, 6466 5665, 6464 5657, 6462 5644, 6465 5622, 6486 5572, 6489 5555, 6489 5541,
  6486 5520, 6481 5509, 6433 5423, 6421 5382, 6419 5352, 6421 5321, 6432 5285, 6449 5258, 6471 5236,
  6487 5225, 6506 5217, 6535 5213, 6569 5217, 6619 5237, 6636 5248, 6828 5409, 6835 5418, 6840 5430,
  6844 5454, 6840 5481, 6835 5494, 6825 5510, 6817 5520, 6799 5532, 6785 5536, 6764 5537, 6737 5532,
  6702 5509, 6575 5401, 6559 5397, 6550 5400, 6538 5411, 6534 5419, 6530 5438, 6532 5452, 6589 5621,
  6600 5644, 6612 5666, 6628 5689, 6643 5705, 6719 5770, 6738 5780, 6751 5777, 6762 5769, 6771 5756,
  6784 5727, 6794 5711, 6811 5693, 6972 5601, 6986 5597, 7001 5597, 7023 5602, 7035 5611, 7043 5618,
  7056 5633, 7064 5648, 7264 6167, 7271 6185, 7279 6195, 7286 6199, 7295 6200, 7305 6197, 7313 6191,
  7326 6169, 7333 6148, 7335 6136, 7338 6103, 7337 6087, 7334 6071, 7325 6048, 7319 6032, 7292 5987,
  7287 5972, 7286 5949, 7288 5935, 7294 5918, 7303 5905, 7324 5890, 7341 5887, 7357 5892, 7369 5900,
  7462 6048, 7469 6064, 7473 6078, 7475 6117, 7473 6134, 7468 6148, 7387 6318, 7379 6333, 7371 6342,
  7353 6358, 7327 6367, 7310 6367, 7294 6363, 7268 6346
`;

const degrees = (lat: number, lon: number): Point => ({ x: lon, y: lat });
const START = [degrees(41.571159, 2.262021), degrees(41.571065, 2.262226)] as const;
const SECTOR_1 = [degrees(41.568078, 2.253455), degrees(41.567784, 2.254079)] as const;
/** On the back straight, 3,240 m after the start line. */
export const SECTOR_2_AT_M = 3240;
/** The pit lane runs on the right of the main straight, inside the circuit. */
const PIT_LANE = { offsetM: -22, fromM: -200, toM: 600, rampM: 95, limitMps: 60 / 3.6 };
const PIT_LINE = { atM: 0, offsetM: PIT_LANE.offsetM, halfWidthM: 7, type: 'pit' } as const;

const ground = groundAt(degrees(41.57, 2.26));

function roadInMetres(): Point[] {
  return ROAD.trim()
    .split(/,\s*/)
    .map((pair) => {
      const [north = 0, east = 0] = pair.split(' ').map(Number);
      return ground.toMetres(degrees(41.5 + north / 1e5, 2.2 + east / 1e5));
    });
}

const gate = (
  number: number,
  name: string,
  type: Checkpoint['type'],
  points: Checkpoint['points'],
  direction: Checkpoint['direction'],
): Checkpoint => ({
  number,
  name,
  type,
  points,
  previous: null,
  direction,
  closesLap: type === 'pit' ? true : null,
});

/** The circuit of Montmeló with everything that the simulator needs to drive on it. */
export function montmeloCircuit(): Circuit {
  const points = roadInMetres();
  const [startA, startB] = [ground.toMetres(START[0]), ground.toMetres(START[1])];
  const startAt = { x: (startA.x + startB.x) / 2, y: (startA.y + startB.y) / 2 };
  const line = racingLine({ points, closed: true, startAt, sigmaM: 12 });
  const across = (plan: Parameters<typeof gateAcross>[1]): Checkpoint['points'] => {
    const [left, right] = gateAcross(line, plan);
    return [ground.toDegrees(left), ground.toDegrees(right)];
  };
  const sector2 = across({ type: 'sector', atM: SECTOR_2_AT_M, halfWidthM: 12 });
  const track: Track = {
    name: 'Circuit de Barcelona-Catalunya',
    location: 'Montmeló, Spain',
    frame: 'wgs84',
    checkpoints: [
      gate(1, 'Start/finish', 'start', START, -1),
      gate(2, 'Sector 1', 'sector', SECTOR_1, 1),
      gate(3, 'Sector 2', 'sector', sector2, 1),
      gate(4, 'Pit lane', 'pit', across(PIT_LINE), 1),
    ],
    centreline: smoothLine(points, 4, 10, true).map((point) => {
      const { x, y } = ground.toDegrees(point);
      return { x: Math.round(x * 1e7) / 1e7, y: Math.round(y * 1e7) / 1e7 };
    }),
  };
  return { track, ground, line, closed: true, pitLane: PIT_LANE };
}

/** Circuit de Barcelona-Catalunya: start line, two sector lines, pit line, centreline of 4.66 km. */
export function montmelo(): Track {
  return montmeloCircuit().track;
}
