import { describe, expect, it } from 'vitest';
import { LocalClock, wallTime } from './local-time.ts';

const iso = (instants: readonly number[]) => instants.map((at) => new Date(at).toISOString().slice(0, 16));

describe('wallTime', () => {
  it.each([
    '2027-02-29 10:00',
    '2027-13-01 10:00',
    '2027-01-01 24:00',
    '2027-01-01 10:60',
    '2027-01-01 10:00:60',
    '01/02/2027 10:00',
    '2027-01-01',
    '',
  ])('knows no %s', (text) => {
    expect(wallTime(text)).toBeNull();
  });
  it('takes seconds and a T', () => {
    expect(wallTime('2027-01-02T03:04:05.678')).toBe(Date.UTC(2027, 0, 2, 3, 4, 5));
  });
});

describe('a clock at a place', () => {
  it.each([
    ['America/New_York', '2026-07-01 12:00', ['2026-07-01T16:00']],
    ['America/New_York', '2026-03-08 02:30', []],
    ['America/New_York', '2026-11-01 01:30', ['2026-11-01T05:30', '2026-11-01T06:30']],
    ['Australia/Lord_Howe', '2026-10-04 02:15', []],
    ['Australia/Lord_Howe', '2026-04-05 01:45', ['2026-04-04T14:45', '2026-04-04T15:15']],
    ['Asia/Kathmandu', '2026-01-01 00:00', ['2025-12-31T18:15']],
    ['UTC', '2026-01-01 00:00', ['2026-01-01T00:00']],
  ])('in %s shows %s at %j', (zone, text, expected) => {
    expect(iso(new LocalClock(zone).instants(wallTime(text) ?? 0))).toEqual(expected);
  });

  it('goes on: of two instants the one after the last; a far one has no say', () => {
    const clock = new LocalClock('America/New_York');
    const wall = wallTime('2026-11-01 01:30') ?? 0;
    const [first = 0, second = 0] = clock.instants(wall);
    expect(clock.next(wall, first - 1)).toBe(first);
    expect(clock.next(wall, first)).toBe(second);
    expect(clock.next(wall, second + 3_600_000)).toBe(first);
    expect(clock.next(wallTime('2026-03-08 02:30') ?? 0, 0)).toBeNull();
    expect(iso([clock.nearest(wallTime('2026-03-08 02:30') ?? 0)])).toEqual(['2026-03-08T07:30']);
  });
});
