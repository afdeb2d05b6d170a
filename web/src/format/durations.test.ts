import { expect, test } from 'vitest';
import { duration } from './durations.ts';

test.each([
  [-5, '0 s'],
  [59_999, '59 s'],
  [60_000, '1 min 00 s'],
  [754_000, '12 min 34 s'],
  [3_600_000, '1 h 00 min'],
  [47 * 3_600_000 + 5 * 60_000, '47 h 05 min'],
  [48 * 3_600_000, '2 days 0 h'],
])('%i ms is %s', (ms, text) => {
  expect(duration(ms)).toBe(text);
});
