import { describe, expect, it } from 'vitest';
import { chainOf, checkTrackGraph, gatesBetween } from '@/lib/timing/track-graph';
import { GATES, gate, trackOf } from '../support/tape';

const [start, second, third] = [
  gate(1, 'start', [0, 0], [0, 1]),
  gate(2, 'sector', [1, 0], [1, 1]),
  gate(3, 'sector', [2, 0], [2, 1]),
];

describe('the order of gates', () => {
  it('is by number from the start on, with pit lines left out', () => {
    const chain = chainOf(trackOf([gate(9, 'pit', [5, 0], [5, 1]), third, start, second]));
    expect(chain.slots).toEqual([-1, 2, 0, 1]);
    expect(chain.sectors).toBe(3);
    expect([...(chain.allowed[2] ?? [])]).toEqual([1]);
  });

  it('begins at the start also when its number is not the lowest', () => {
    const chain = chainOf(
      trackOf([
        { ...start, number: 3 },
        { ...second, number: 4 },
        { ...third, number: 1 },
      ]),
    );
    expect(chain.slots).toEqual([0, 1, 2]);
  });

  it('reads an empty list of predecessors as none given', () => {
    const chain = chainOf(trackOf([start, { ...second, previous: [] }, third]));
    expect(chain.slots).toEqual([0, 1, 2]);
  });

  it('knows the gates passed over on the shortest allowed way', () => {
    const chain = chainOf(trackOf([start, second, third]));
    expect(gatesBetween(chain, 0, 0)).toEqual([1, 2]);
    expect(gatesBetween(chain, 0, 2)).toEqual([1]);
    expect(gatesBetween(chain, 1, 2)).toEqual([]);
    expect(gatesBetween(chain, 2, 1)).toEqual([]);
  });
});

describe('the check of a track', () => {
  it('finds nothing wrong with a sound one', () => {
    expect(checkTrackGraph(trackOf(GATES))).toEqual([]);
    expect(checkTrackGraph(trackOf([start]))).toEqual([]);
    expect(checkTrackGraph(trackOf([start, gate(2, 'finish', [9, 0], [9, 1])]))).toEqual([]);
  });

  it.each([
    ['no start', [second], /exactly one checkpoint of type start; this one has 0/],
    ['two starts', [start, { ...start, number: 2 }], /has 2/],
    ['a number used twice', [start, second, { ...third, number: 2 }], /number 2 is used twice/],
    ['an unknown predecessor', [start, { ...second, previous: [7] }], /names 7 in "previous"/],
    ['a gate without width', [start, gate(2, 'sector', [1, 1], [1, 1])], /needs two different points/],
    [
      'a ring that the start never joins',
      [start, second, { ...third, previous: [4] }, { ...gate(4, 'sector', [3, 0], [3, 1]), previous: [3] }],
      /cannot be reached/,
    ],
    ['a gate that leads nowhere', [{ ...start, previous: [2] }, second, third], /leads nowhere/],
    ['a pit entry without exit', [start, gate(2, 'pit_entry', [1, 0], [1, 1])], /needs a pit_exit/],
    [
      'two finishes',
      [start, gate(2, 'finish', [1, 0], [1, 1]), gate(3, 'finish', [2, 0], [2, 1])],
      /at most one finish/,
    ],
  ])('names %s', (_, checkpoints, fault) => {
    expect(checkTrackGraph(trackOf(checkpoints)).join('\n')).toMatch(fault);
  });
});
