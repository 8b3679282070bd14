import { describe, expect, it } from 'vitest';
import { hiddenColumns } from '@/components/live/board-choice';
import { boardColumns, type ColumnId } from '@/components/live/board-columns';
import { entranceOf } from '@/components/live/board-table';
import { createLiveStore, followable } from '@/components/live/live-store';
import { sessionOf } from '@/components/live/open-session-dialog';
import { elapsedMs } from '@/components/live/session-clock';
import { liveBoardPage, liveFrame } from '@/lib/contracts/live';
import { liveOpen } from '@/lib/contracts/live-requests';
import { fakeRace, GREEN_MS } from '../support/live-frames';

describe('the frames of the tests', () => {
  it('are frames as the contract has them', () => {
    const race = fakeRace({ cars: 3, frame: 'planar' });
    const before = race.snapshot(61_000, 1);
    expect(liveFrame.parse(before)).toEqual(before);
    const update = race.update(before, race.snapshot(61_100, 2));
    expect(liveFrame.parse(update)).toEqual(update);
    expect(liveBoardPage.parse(race.page)).toEqual(race.page);
  });
});

describe('the store of a board', () => {
  const race = fakeRace({ cars: 4 });
  const first = race.snapshot(61_000, 1);

  it('takes no update before its first snapshot', () => {
    const store = createLiveStore(race.page);
    expect(store.take(race.update(first, race.snapshot(61_100, 2)), 0)).toBe('lost');
    expect(store.take(first, 0)).toBe('news');
    expect(store.get().board.rows).toHaveLength(4);
  });

  it('keeps the rows that a frame does not name, as the same objects', () => {
    const store = createLiveStore(race.page);
    store.take(first, 0);
    const [leader, second] = store.get().board.rows;
    const update = { ...race.update(first, race.snapshot(61_100, 2)), rows: [{ entry_id: 1, speed_mps: 1 }] };
    store.take(update, 100);
    const after = store.get().board.rows;
    expect(after[0]).toEqual({ ...leader, speed_mps: 1 });
    expect(after[1]).toBe(second);
  });

  it('says when a frame is missing, and when no car has moved', () => {
    const store = createLiveStore(race.page);
    store.take(first, 0);
    expect(store.take({ ...first, seq: 2, at_ms: first.at_ms + 5000 }, 1)).toBe('same');
    expect(store.take(race.update(first, race.snapshot(61_200, 4)), 2)).toBe('lost');
    expect(store.get().board.seq).toBe(2);
  });

  it('forgets what was shown when it is cleared, and tells its listeners', () => {
    const store = createLiveStore(race.page);
    store.take(first, 0);
    let told = 0;
    const stop = store.subscribe(() => {
      told += 1;
    });
    store.clear();
    stop();
    store.take(first, 0);
    expect(told).toBe(1);
    store.clear();
    expect(store.get()).toMatchObject({ arrivedMs: null, board: { rows: [], cars: [], marks: [] } });
    expect(store.take(race.update(first, race.snapshot(61_100, 2)), 0)).toBe('lost');
  });
});

describe('the entry that the server is asked to follow', () => {
  const race = fakeRace({ cars: 4 });
  const store = createLiveStore(race.page);

  it('is one that is on the board', () => {
    expect(followable(store.get(), 2, null)).toBeNull();
    store.take(race.snapshot(61_000, 1), 0);
    expect(followable(store.get(), 2, null)).toBe(2);
    expect(followable(store.get(), 77, null)).toBeNull();
    expect(followable(store.get(), null, 2)).toBeNull();
  });

  it('stays known while another delay has cleared the board, until the board says otherwise', () => {
    store.clear();
    expect(followable(store.get(), 2, 2)).toBe(2);
    expect(followable(store.get(), 3, 2)).toBeNull();
    store.take({ ...race.snapshot(61_000, 9), rows: [] }, 0);
    expect(followable(store.get(), 2, 2)).toBeNull();
  });
});

describe('the columns of a board', () => {
  const wants = {
    order: 'race' as const,
    sectors: 3,
    withClass: true,
    withTrack: true,
    withMinis: true,
    hidden: new Set<ColumnId>(),
    speedUnit: 'mph',
  };
  const keys = (change: Partial<typeof wants>) => boardColumns({ ...wants, ...change }).map(({ key }) => key);

  it('are those of a race, with a column for each sector', () => {
    expect(keys({}).join(' ')).toBe(
      'position number driver class state laps gap interval last best s1 s2 s3 minis delta predicted stint speed',
    );
    expect(boardColumns(wants).at(-1)).toMatchObject({ head: 'mph' });
  });

  it('begin with the best lap in a practice', () => {
    expect(
      boardColumns({ ...wants, order: 'practice' })
        .map(({ key }) => key)
        .slice(4, 7),
    ).toEqual(['state', 'best', 'gap']);
  });

  it('are only those that can say something', () => {
    expect(keys({ withTrack: false, sectors: 0, withMinis: false }).join(' ')).toBe(
      'position number driver class state speed',
    );
    expect(keys({ withClass: false, sectors: 1, withMinis: false })).not.toContain('s1');
  });

  it('stay away when they are put away, but never those that name a car', () => {
    const hidden = new Set(hiddenColumns('minis.driver.nonsense.stint'));
    expect([...hidden]).toEqual(['minis', 'stint']);
    expect(keys({ hidden })).not.toContain('minis');
    expect(hiddenColumns(undefined)).toEqual([]);
  });
});

describe('the row that Tab leads to', () => {
  it('is one that is in the page', () => {
    const { rows } = fakeRace({ cars: 60 }).snapshot(61_000, 1);
    const drawn = rows.slice(20, 40);
    const inPage = drawn[5]?.entry_id ?? expect.fail();
    expect(entranceOf(drawn, inPage)).toBe(inPage);
    expect(entranceOf(drawn, rows[50]?.entry_id ?? null)).toBe(drawn[0]?.entry_id);
    expect(entranceOf(drawn, null)).toBe(drawn[0]?.entry_id);
    expect(entranceOf([], 3)).toBeNull();
  });
});

describe('the clock of a session', () => {
  const board = fakeRace().snapshot(61_000, 1);
  const live = { kind: 'live' as const };

  it('counts from the green flag by the clock of the fixes, and on between frames', () => {
    expect(elapsedMs({ board, link: live, arrivedMs: 500 }, 750)).toBe(61_250);
    const robots = { ...board, clock_ms: 9000, session: { ...board.session, green_at_ms: 2000 } };
    expect(elapsedMs({ board: robots, link: live, arrivedMs: 500 }, 500)).toBe(7000);
  });

  it('knows nothing before the first frame, and stands while the line is cut', () => {
    expect(elapsedMs({ board, link: { kind: 'connecting' }, arrivedMs: null }, 0)).toBeNull();
    expect(elapsedMs({ board, link: { kind: 'reconnecting' }, arrivedMs: 500 }, 9000)).toBe(61_000);
  });

  it('stands at the chequered flag', () => {
    const over = { ...board, session: { ...board.session, chequered_at_ms: GREEN_MS + 60_000 } };
    expect(elapsedMs({ board: over, link: live, arrivedMs: 500 }, 99_000)).toBe(60_000);
  });
});

describe('the form that opens a session', () => {
  const draft = {
    name: ' Race 1 ',
    track: '3',
    kind: 'race' as const,
    laps: '',
    minutes: '',
    delay: '',
    entries: [],
  };

  it('asks for what is typed and for nothing else', () => {
    const open = sessionOf({
      ...draft,
      laps: '12',
      minutes: '0,5',
      delay: '30',
      entries: [{ device: 7, number: ' 11 ', driver: '' }],
    });
    expect(liveOpen.parse(open)).toEqual({
      name: 'Race 1',
      kind: 'race',
      track_id: 3,
      laps_target: 12,
      duration_target_ms: 30_000,
      delay_s: 30,
      entries: [{ device_id: 7, number: '11', driver: null }],
    });
    expect(sessionOf({ ...draft, track: '' })).toMatchObject({
      track_id: null,
      laps_target: null,
      delay_s: 0,
    });
  });

  it('lets the server say what is wrong with a number', () => {
    const faulty = (typed: Partial<typeof draft>) =>
      liveOpen
        .safeParse(JSON.parse(JSON.stringify(sessionOf({ ...draft, ...typed }))))
        .error?.issues.map(({ path }) => path.join('.'));
    expect(faulty({})).toBeUndefined();
    expect(faulty({ laps: '0' })).toEqual(['laps_target']);
    for (const text of ['ten', '1e999'])
      expect(faulty({ laps: text, minutes: text, delay: text })?.sort()).toEqual([
        'delay_s',
        'duration_target_ms',
        'laps_target',
      ]);
  });
});
