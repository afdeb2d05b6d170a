import { expect, it } from 'vitest';
import { matchExcursions, type FoundExcursion, type KnownExcursion } from './match-excursions.ts';

const found = (from: number, to: number, more: Partial<FoundExcursion> = {}): FoundExcursion => ({
  ...{ kind: 'CONSECUTIVE', storageUnitId: 'U', stockId: null, from, to, lasts: false, lowest: 900, highest: 900 },
  ...{ minutes: 1, limits: { min: 200, max: 800, graceMinutes: 5 }, budgetMinutes: null },
  ...more,
});
const known = (id: string, from: number, to: number | null, more: Partial<KnownExcursion> = {}): KnownExcursion => ({
  ...{ id, kind: 'CONSECUTIVE', stockId: null, from, to, isSuperseded: false },
  ...more,
});

it.each([
  ['new', [found(0, 9)], [], [null], []],
  ['grown', [found(0, 9)], [known('A', 2, 5)], ['A'], []],
  ['still lasting', [found(0, 9, { lasts: true })], [known('A', 0, null)], ['A'], []],
  ['joined: the earlier one stays', [found(0, 9)], [known('B', 6, 9), known('A', 0, 4)], ['A'], ['B']],
  ['parted: the first part keeps its name', [found(0, 3), found(6, 9)], [known('A', 0, 9)], ['A', null], []],
  ['shown no more', [], [known('A', 0, 9)], [], ['A']],
  ['superseded before', [], [known('A', 0, 9, { isSuperseded: true })], [], []],
  ['come back', [found(0, 9)], [known('A', 0, 9, { isSuperseded: true })], ['A'], []],
  [
    'the standing one before the superseded',
    [found(0, 9)],
    [known('A', 0, 9, { isSuperseded: true }), known('B', 5, 9)],
    ['B'],
    [],
  ],
  [
    'another batch',
    [found(0, 9, { kind: 'CUMULATIVE', stockId: 'S' })],
    [known('A', 0, 9, { kind: 'CUMULATIVE', stockId: 'T' })],
    [null],
    ['A'],
  ],
] as [string, FoundExcursion[], KnownExcursion[], (string | null)[], string[]][])(
  '%s',
  (_, shown, before, current, superseded) => {
    const matching = matchExcursions(shown, before);
    expect(matching.current.map((each) => each.known?.id ?? null)).toEqual(current);
    expect(matching.superseded.map(({ id }) => id)).toEqual(superseded);
  },
);
