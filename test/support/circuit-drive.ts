import type { APIRequestContext } from 'playwright-core';

/** Cars that drive on the demo's circuit and send their fixes by the API, for tests of what is live. */

type Point = { x: number; y: number };
export type SentCar = { device: string; speedMps: number; number: string; driver: string };
type SentFix = { time_ms: number; lat: number; lon: number; speed_mps: number; attributes: object };

const RATE_HZ = 10;

export type Circuit = {
  lengthM: number;
  /** The fixes of a car between two instants that passes the first point of the road at `startMs`. */
  fixes(car: SentCar, startMs: number, fromMs: number, toMs: number): SentFix[];
};

/** The road of track 1, as the API tells it. */
export async function demoCircuit(request: APIRequestContext, url: string): Promise<Circuit> {
  const track: { centreline: Point[] } = await (await request.get(`${url}/api/v1/tracks/1`)).json();
  const [first = { x: 0, y: 0 }] = track.centreline;
  const road = [...track.centreline, first];
  const shrink = Math.cos((first.y * Math.PI) / 180);
  const metres = (a: Point, b: Point) => Math.hypot((b.x - a.x) * shrink, b.y - a.y) * 111_195;
  const upTo = [0];
  for (let index = 1; index < road.length; index += 1)
    upTo.push((upTo[index - 1] ?? 0) + metres(road[index - 1] ?? first, road[index] ?? first));
  const lengthM = upTo.at(-1) ?? 0;
  const placeAt = (distanceM: number): Point => {
    const along = ((distanceM % lengthM) + lengthM) % lengthM;
    const next = Math.max(
      1,
      upTo.findIndex((sum) => sum >= along),
    );
    const [a = first, b = first, from = 0, to = 1] = [road[next - 1], road[next], upTo[next - 1], upTo[next]];
    const part = (along - from) / (to - from);
    return { x: a.x + (b.x - a.x) * part, y: a.y + (b.y - a.y) * part };
  };
  return {
    lengthM,
    fixes({ speedMps }, startMs, fromMs, toMs) {
      const fixes: SentFix[] = [];
      for (let timeMs = Math.ceil(fromMs / 100) * 100; timeMs < toMs; timeMs += 1000 / RATE_HZ) {
        const { x, y } = placeAt(((timeMs - startMs) / 1000) * speedMps);
        const throttle = Math.round(50 + 50 * Math.sin(timeMs / 3000)) / 100;
        const attributes = { throttle, brake: 1 - throttle };
        fixes.push({ time_ms: timeMs, lat: y, lon: x, speed_mps: speedMps, attributes });
      }
      return fixes;
    },
  };
}
