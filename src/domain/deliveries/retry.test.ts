import { describe, expect, it } from 'vitest';
import { fateOf, type Failure } from './retry.ts';

const webhook = (attempts: number, holds = true) => ({ kind: 'WEBHOOK' as const, attempts, holds });
const failed = (kind: Failure['kind'], retryAfterMs?: number): Failure => ({
  kind,
  error: 'x',
  ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
});
const minutesOf = (attempts: number, kind: 'WEBHOOK' | 'MAIL') => {
  const fate = fateOf({ kind, attempts, holds: true }, failed('PASSING'), 0.5);
  return fate.isDead ? null : fate.delayMs / 60_000;
};

describe('the next attempt', () => {
  it('comes later and later, for ever', () => {
    const attempts = [1, 2, 3, 4, 5, 6, 7, 8, 9, 30];
    expect(attempts.map((attempt) => minutesOf(attempt, 'WEBHOOK'))).toEqual([
      0.5, 2, 10, 30, 60, 120, 240, 480, 480, 480,
    ]);
    expect(attempts.map((attempt) => minutesOf(attempt, 'MAIL'))).toEqual([0.5, 2, 5, 15, 15, 15, 15, 15, 15, 15]);
  });

  it('is a fifth earlier or later, so that what failed together does not come back together', () => {
    const delays = [0, 0.5, 1].map((random) => fateOf(webhook(1), failed('PASSING'), random));
    expect(delays).toMatchObject([{ delayMs: 24_000 }, { delayMs: 30_000 }, { delayMs: 36_000 }]);
  });

  it('waits as long as it was asked to, but not shorter than by itself and not longer than a day', () => {
    const after = (retryAfterMs: number) => fateOf(webhook(1), failed('PASSING', retryAfterMs), 0.5);
    expect(after(3_600_000)).toMatchObject({ delayMs: 3_600_000 });
    expect(after(0)).toMatchObject({ delayMs: 30_000 });
    expect(after(1e12)).toMatchObject({ delayMs: 24 * 3_600_000 });
  });
});

describe('none', () => {
  it('after a final answer, or the fifth refusal', () => {
    expect(fateOf(webhook(1), failed('FINAL'), 0.5)).toEqual({ isDead: true });
    expect([4, 5].map((attempts) => fateOf(webhook(attempts), failed('REFUSED'), 0.5).isDead)).toEqual([false, true]);
    expect(fateOf(webhook(500), failed('PASSING'), 0.5).isDead).toBe(false);
  });
});

describe('the later ones wait', () => {
  const holds = (attempts: number, held = true, retryAfterMs?: number) =>
    fateOf(webhook(attempts, held), failed('PASSING', retryAfterMs), 0.5);

  it('for the first three attempts, and while the receiver has asked to be left alone', () => {
    expect([1, 2, 3, 4].map((attempts) => holds(attempts))).toMatchObject([
      { holds: true },
      { holds: true },
      { holds: true },
      { holds: false },
    ]);
    expect(holds(9, false, 60_000)).toMatchObject({ holds: true });
  });

  it('not again for one that they have gone past', () => {
    expect(holds(2, false)).toMatchObject({ holds: false });
  });
});
