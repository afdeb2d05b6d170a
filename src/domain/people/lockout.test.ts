import { describe, expect, it } from 'vitest';
import { afterWrongTry, lockedFor, lockMs, type Failures } from './lockout.ts';

const now = new Date('2027-03-04T12:00:00Z');
const before = (ms: number) => new Date(now.getTime() - ms);
const after = (ms: number) => new Date(now.getTime() + ms);
const known = (failures: number, lastFailedAt: Date, lockedUntil: Date | null = null): Failures => ({
  failures,
  lastFailedAt,
  lockedUntil,
});

describe('wrong tries at a password', () => {
  it.each([
    ['the first', null, 1, null],
    ['the fourth', known(3, before(1_000)), 4, null],
    ['the fifth locks', known(4, before(1_000)), 5, after(lockMs)],
    ['one long after the fourth begins anew', known(4, before(lockMs)), 1, null],
    ['one after a lock begins anew', known(5, before(lockMs), before(1)), 1, null],
  ])('%s', (_, state, failures, lockedUntil) => {
    expect(afterWrongTry(state, now)).toEqual({ failures, lockedUntil, lastFailedAt: now });
  });

  it.each([
    [null, 0],
    [known(4, before(1)), 0],
    [known(5, before(1), after(1)), 1],
    [known(5, before(1), after(lockMs)), 900],
    [known(5, before(lockMs), now), 0],
  ])('%j: wait %i s', (state, seconds) => {
    expect(lockedFor(state, now)).toBe(seconds);
  });
});
