import { describe, expect, it } from 'vitest';
import {
  isExcursion,
  minute,
  minutesOf,
  outPeriods,
  type Limits,
  type LoggerAlarm,
  type Watch,
} from './out-periods.ts';

const limits: Limits[] = [{ since: 0, min: 200, max: 800, graceMinutes: 10 }];
const told = (...measured: readonly (readonly [number, number])[]) =>
  measured.map(([at, celsius]) => ({ at: at * minute, hundredths: Math.round(celsius * 100) }));
const lines = (readings: ReturnType<typeof told>, watches: readonly Watch[] = [], inForce = limits) =>
  outPeriods(inForce, readings, watches).map((period) => {
    const end = period.lasts ? '' : String(period.to / minute);
    return `${period.from / minute}..${end} ${minutesOf(period)}${isExcursion(period, watches) ? ' excursion' : ''}`;
  });

describe('readings alone', () => {
  it.each([
    ['nothing is nothing', [], []],
    [
      'at the limits is inside',
      [
        [0, 2],
        [20, 8],
        [40, 2],
      ],
      [],
    ],
    [
      'a hundredth beyond is out',
      [
        [0, 8.01],
        [11, 8],
      ],
      ['0..11 11 excursion'],
    ],
    [
      'below as well as above',
      [
        [0, 1.99],
        [11, 2],
      ],
      ['0..11 11 excursion'],
    ],
    [
      'from one side to the other without a break is one',
      [
        [0, 9],
        [20, 1],
        [40, 5],
      ],
      ['0..40 40 excursion'],
    ],
    [
      'as long as the grace is none',
      [
        [0, 9],
        [10, 5],
      ],
      ['0..10 10'],
    ],
    [
      'a second longer is one',
      [
        [0, 9],
        [10 + 1 / 60, 5],
      ],
      [`0..${10 + 1 / 60} 10 excursion`],
    ],
    [
      'a break ends it, however short',
      [
        [0, 9],
        [8, 5],
        [9, 9],
        [17, 5],
      ],
      ['0..8 8', '9..17 8'],
    ],
    [
      'the last one lasts, as far as it is proved',
      [
        [0, 5],
        [5, 9],
        [30, 9],
      ],
      ['5.. 25 excursion'],
    ],
    [
      'one alone has no minutes yet',
      [
        [0, 5],
        [5, 9],
      ],
      ['5.. 0'],
    ],
    [
      'the last one out speaks for an hour at most',
      [
        [0, 9],
        [30, 9],
        [600, 5],
      ],
      ['0..90 90 excursion'],
    ],
    [
      'none between two out of limits is none inside',
      [
        [0, 9],
        [600, 9],
        [610, 5],
      ],
      ['0..610 610 excursion'],
    ],
  ] as [string, [number, number][], string[]][])('%s', (_, measured, expected) => {
    expect(lines(told(...measured))).toEqual(expected);
  });

  it('are judged by the limits of their time; the period has those of its beginning', () => {
    const wider = { since: 20 * minute, min: 0, max: 1_500, graceMinutes: 60 };
    const readings = told([0, 9], [10, 9], [20, 9], [30, 16], [90, 16], [100, 5]);
    expect(lines(readings, [], [...limits, wider])).toEqual(['0..20 20 excursion', '30..100 70 excursion']);
    expect(outPeriods([...limits, wider], readings, []).map((period) => period.limits.max)).toEqual([800, 1_500]);
  });

  it('before any limits say nothing', () => {
    expect(
      lines(
        told([0, 9], [30, 9]),
        [],
        limits.map((known) => ({ ...known, since: 60 * minute })),
      ),
    ).toEqual([]);
  });
});

describe('what a logger has watched', () => {
  const alarm = (more: Partial<LoggerAlarm> = {}): LoggerAlarm => ({
    ...{ side: 'ABOVE', limit: 800, counts: 'CONSECUTIVE', minutes: 10, periods: [], total: null },
    ...more,
  });
  const watch = (...alarms: readonly LoggerAlarm[]): Watch => ({ from: 0, until: 200 * minute, alarms });
  const period = (from: number, to: number, more: object = {}) => ({
    ...{ from: from * minute, to: to * minute, lasts: false, alarmedAt: 0, extreme: null, ...more },
  });
  const readings = told([0, 5], [20, 9], [40, 9], [60, 5]);

  it('counts to the minute', () => {
    expect(lines(readings, [watch(alarm({ periods: [period(12, 47)] }))])).toEqual(['12..47 35 excursion']);
  });

  it('is out although a temperature that it has told is not', () => {
    const inside = told([0, 5], [20, 9], [30, 8], [40, 9], [60, 5]);
    expect(lines(inside, [watch(alarm({ periods: [period(12, 47)] }))])).toEqual(['12..47 35 excursion']);
  });

  it('without an alarm had a break, unless the unit bears less than the logger', () => {
    expect(lines(readings, [watch(alarm())])).toEqual(['20..60 40']);
    expect(lines(readings, [watch(alarm({ minutes: 11 }))])).toEqual(['20..60 40 excursion']);
    expect(lines(readings, [watch(alarm({ limit: 700 }))])).toEqual(['20..60 40 excursion']);
    expect(lines(readings, [watch(alarm({ side: 'BELOW' }))])).toEqual(['20..60 40 excursion']);
    expect(lines(readings, [{ ...watch(alarm()), until: 50 * minute }])).toEqual(['20..60 40 excursion']);
  });

  it('lasts where the logger was read out meanwhile, until a reading is inside', () => {
    const lasting = [watch(alarm({ periods: [period(12, 45, { lasts: true })] }))];
    expect(lines(told([0, 5], [20, 9], [40, 9]), lasting)).toEqual(['12.. 33 excursion']);
    expect(lines(told([0, 5], [20, 9], [40, 9], [55, 5]), lasting)).toEqual(['12..55 43 excursion']);
  });

  it('beyond a wider limit is out for certain, and says nothing of its end; within a narrower one it says nothing', () => {
    expect(lines(readings, [watch(alarm({ limit: 850, periods: [period(25, 30)] }))])).toEqual(['20..60 40 excursion']);
    expect(lines([], [watch(alarm({ limit: 850, periods: [period(25, 30)] }))])).toEqual(['25.. 5']);
    expect(lines([], [watch(alarm({ limit: 750, periods: [period(25, 60)] }))])).toEqual([]);
  });

  it('for exactly as long as the grace has alarmed, so it is an excursion', () => {
    expect(lines([], [watch(alarm({ periods: [period(12, 22)] }))])).toEqual(['12..22 10 excursion']);
    expect(lines([], [watch(alarm({ periods: [period(12, 22, { alarmedAt: null })] }))])).toEqual(['12..22 10']);
  });

  it('knows the coldest and the warmest of both', () => {
    const [found] = outPeriods(limits, readings, [watch(alarm({ periods: [period(12, 47, { extreme: 1_200 })] }))]);
    expect(found).toMatchObject({ lowest: 900, highest: 1_200, isAlarm: true });
  });
});
