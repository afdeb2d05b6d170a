import { describe, expect, it } from 'vitest';
import { minute, type OutPeriod } from './out-periods.ts';
import { batchPeriods, spentBudgets, type Stay } from './spent-budget.ts';

const limits = { since: 0, min: 200, max: 800, graceMinutes: 0 };
const day = 24 * 60;
const out = (from: number, to: number, more: Partial<OutPeriod> = {}): OutPeriod => ({
  ...{
    from: from * minute,
    to: to * minute,
    lasts: false,
    lowest: 900,
    highest: 900,
    limits,
    isAlarm: false,
    isWatched: false,
  },
  ...more,
});
const stay = (storageUnitId: string, since: number, until = Infinity): Stay => ({
  storageUnitId,
  since: since * minute,
  until: until * minute,
});
const lines = (
  stays: readonly Stay[],
  periods: Readonly<Record<string, OutPeriod[]>>,
  budget: number,
  ...decided: readonly [from: number, to: number, minutes: number][]
) =>
  spentBudgets(
    batchPeriods(stays, new Map(Object.entries(periods))),
    budget,
    decided.map(([from, to, minutes]) => ({ from: from * minute, to: to * minute, minutes })),
  ).map(
    (spent) =>
      `${spent.from / minute}..${spent.lasts ? '' : spent.to / minute} ${spent.minutes} in ${spent.storageUnitId}`,
  );

describe('minutes of a batch', () => {
  it.each([
    ['as many as it bears are none too many', [out(0, 60)], 60, []],
    ['one more is', [out(0, 61)], 60, ['0..61 61 in A']],
    ['of several periods together', [out(0, 30), out(100, 140)], 60, ['0..140 70 in A']],
    ['those of more than 7 days ago count no more', [out(0, 30), out(7 * day + 30, 7 * day + 61)], 60, []],
    ['of a period that goes back further, the part within', [out(0, 30), out(7 * day + 10, 7 * day + 51)], 60, []],
    ['while they are too many it goes on', [out(0, 61), out(100, 110)], 60, ['0..110 71 in A']],
    [
      'when they were fewer meanwhile it is another',
      [out(0, 61), out(8 * day, 8 * day + 61)],
      60,
      ['0..61 61 in A', `${8 * day}..${8 * day + 61} 61 in A`],
    ],
    ['it lasts with the period', [out(0, 61, { lasts: true })], 60, ['0.. 61 in A']],
    ['a budget of none bears none', [out(0, 1)], 0, ['0..1 1 in A']],
    ['not more than there are in 7 days', [out(0, 8 * day)], 60, [`${day}..${8 * day} ${7 * day} in A`]],
  ] as [string, OutPeriod[], number, string[]][])('%s', (_, periods, budget, expected) => {
    expect(lines([stay('A', 0)], { A: periods }, budget)).toEqual(expected);
  });

  it('are those of the units where it stood, while it stood there', () => {
    const stays = [stay('A', 0, 50), stay('B', 50)];
    expect(lines(stays, { A: [out(20, 100)], B: [out(0, 40), out(60, 100)] }, 60)).toEqual(['20..100 70 in B']);
  });

  it('end where it is taken away', () => {
    expect(lines([stay('A', 0, 61)], { A: [out(0, 90, { lasts: true })] }, 60)).toEqual(['0..61 61 in A']);
  });

  it('count once where it stood in two units at once', () => {
    expect(lines([stay('A', 0), stay('B', 0)], { A: [out(0, 40)], B: [out(0, 50)] }, 45)).toEqual(['0..50 50 in B']);
  });

  it('that a person has decided on count, and are told no more', () => {
    expect(lines([stay('A', 0)], { A: [out(0, 61)] }, 60, [0, 61, 61])).toEqual([]);
    expect(lines([stay('A', 0)], { A: [out(0, 61), out(100, 101)] }, 60, [0, 61, 61])).toEqual(['100..101 62 in A']);
  });

  it('before what was decided are told: nobody has said anything of them', () => {
    const [early, late] = [out(0, 61), out(8 * day, 8 * day + 61)];
    const decided: [number, number, number] = [8 * day, 8 * day + 61, 61];
    expect(lines([stay('A', 0)], { A: [early, late] }, 60, decided)).toEqual(['0..61 61 in A']);
    expect(lines([stay('A', 0)], { A: [early, late, out(8 * day + 70, 8 * day + 71)] }, 60, decided)).toEqual([
      '0..61 61 in A',
      `${8 * day + 70}..${8 * day + 71} 62 in A`,
    ]);
  });
});
