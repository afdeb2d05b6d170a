import { describe, expect, it } from 'vitest';
import { ConnectedRecords } from './connected-records.ts';

describe('connected records', () => {
  it('are alone until they are connected', () => {
    const records = new ConnectedRecords(3);
    expect([1, 2, 3].map((n) => records.firstOf(n))).toEqual([1, 2, 3]);
  });

  it('are known by the oldest, through however many others, in whatever order', () => {
    const records = new ConnectedRecords(7);
    for (const [a, b] of [
      [6, 7],
      [5, 6],
      [3, 2],
      [7, 2],
      [2, 2],
    ] as const)
      records.connect(a, b);
    expect([1, 2, 3, 4, 5, 6, 7].map((n) => records.firstOf(n))).toEqual([1, 2, 2, 4, 2, 2, 2]);
  });

  it('may be a chain of a hundred thousand', () => {
    const records = new ConnectedRecords(100_000);
    for (let n = 100_000; n > 1; n -= 1) records.connect(n, n - 1);
    expect(records.firstOf(100_000)).toBe(1);
    expect(records.firstOf(50_000)).toBe(1);
  });
});
