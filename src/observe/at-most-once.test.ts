import { expect, test, vi } from 'vitest';
import { atMostOnce } from './at-most-once.ts';

test('the first is told at once; of those that follow closely, how many they were, with the next', () => {
  const now = vi.spyOn(performance, 'now');
  const told: unknown[] = [];
  const tell = atMostOnce(10, (what: string, untold) => told.push([what, untold]));
  for (const [at, what] of [
    [0, 'one'],
    [1, 'two'],
    [9, 'three'],
    [10, 'four'],
    [20, 'five'],
  ] as const) {
    now.mockReturnValue(at);
    tell(what);
  }
  now.mockRestore();
  expect(told).toEqual([
    ['one', 0],
    ['four', 2],
    ['five', 0],
  ]);
});
