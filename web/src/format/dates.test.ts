import { expect, test } from 'vitest';
import { addDays, ago, clock, day, daysUntil, inDays, instant, localDate, endOfDay, withDays, zoned } from './dates.ts';

test('a day is the same wherever one looks at it', () => {
  expect(day('2027-03-31')).toBe('31 Mar 2027');
});

test('an instant is shown in the zone of its location', () => {
  const at = '2027-03-31T23:30:00Z';
  expect(instant(at, 'America/Los_Angeles')).toBe('31 Mar 2027, 16:30');
  expect(clock(at, 'Europe/Berlin')).toBe('01:30');
  expect(localDate(new Date(at), 'Europe/Berlin')).toBe('2027-04-01');
});

test('an instant in a file is exact and of the zone of its location', () => {
  const at = '2027-03-31T23:30:07.123Z';
  expect(zoned(at, 'America/Los_Angeles')).toBe('2027-03-31T16:30:07-07:00');
  expect(zoned(at, 'Asia/Kolkata')).toBe('2027-04-01T05:00:07+05:30');
  expect(zoned('2027-01-01T00:00:00Z', 'Europe/London')).toBe('2027-01-01T00:00:00Z');
  expect(zoned(null, 'UTC')).toBeNull();
});

test('days are counted from today at the location, also over a change of the clock', () => {
  const now = new Date('2027-03-13T23:30:00-08:00');
  expect(daysUntil('2027-03-14', 'America/Los_Angeles', now)).toBe(1);
  expect(daysUntil('2027-03-14', 'America/New_York', now)).toBe(0);
  expect(daysUntil('2027-03-15', 'America/Los_Angeles', now)).toBe(2);
  expect(addDays('2027-02-27', 3)).toBe('2027-03-02');
  expect([inDays(0), inDays(1), inDays(-1), inDays(12), inDays(-3)]).toEqual([
    'today',
    'tomorrow',
    'yesterday',
    'in 12 days',
    '3 days ago',
  ]);
});

test('how long ago', () => {
  const now = Date.parse('2027-03-31T12:00:00Z');
  expect(ago('2027-03-31T11:59:40Z', now)).toBe('just now');
  expect(ago('2027-03-31T11:18:00Z', now)).toBe('42 min ago');
  expect(ago('2027-03-30T12:00:00Z', now)).toBe('24 h ago');
  expect(ago('2027-03-27T12:00:00Z', now)).toBe('4 days ago');
});

test('the last minute of a day at the location, also when its clock changes that day', () => {
  expect(endOfDay('2027-01-15', 'America/Los_Angeles')).toBe('2027-01-16T07:59:00.000Z');
  expect(endOfDay('2027-03-14', 'America/Los_Angeles')).toBe('2027-03-15T06:59:00.000Z');
  expect(endOfDay('2027-06-15', 'Asia/Kolkata')).toBe('2027-06-15T18:29:00.000Z');
});

test('days within a text of the API are written as on the screen', () => {
  expect(withDays('Lot A-1 expires on 2027-09-01, was 2026-13-01')).toBe(
    'Lot A-1 expires on 1 Sep 2027, was 2026-13-01',
  );
});
