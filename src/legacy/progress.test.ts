import { describe, expect, it } from 'vitest';
import { barOf, createProgress, lineOf } from './progress.ts';

const pace = { what: 'write patients', unit: 'rows', total: 1_000, done: 250, before: 50, seconds: 2 };

describe('how far a run is', () => {
  it('is a bar with rows a second and the time left', () => {
    expect(barOf(pace, 100)).toMatch(/^write patients +█+░+ +25 % 250\/1,000 100 rows\/s, 8 s left$/);
    expect(barOf({ ...pace, done: 1_000 }, 100)).toContain('100 % 1,000/1,000 475 rows/s, 2.0 s');
    expect(barOf({ ...pace, total: 100_000 }, 100)).toContain('16 min 38 s left');
  });

  it('fits the terminal', () => {
    for (const columns of [30, 60, 80, 200]) expect(barOf(pace, columns).length).toBeLessThan(columns);
  });

  it('is a plain line in a pipe', () => {
    expect(lineOf(pace)).toBe('write patients: 250 of 1,000 rows, 100 rows/s, 8 s left');
  });

  it.each([
    ['in a pipe now and then', false, ['a: 5 of 10 rows, 1 rows/s, 6 s left\n', 'a: 10 of 10 rows, 2 rows/s, 6.0 s\n']],
    ['on a terminal at once, over itself', true, 4],
  ])('is told %s', (_, isTTY, wanted) => {
    const written: string[] = [];
    let now = 0;
    const progress = createProgress({ isTTY, columns: 80, write: (text) => written.push(text) }, () => now);
    progress.begin('a', 10);
    now = 6_000;
    progress.advance(5);
    progress.advance(5);
    progress.end();
    if (typeof wanted === 'number') {
      expect(written).toHaveLength(wanted);
      expect(written[1]).toMatch(/^\r.*\u001b\[K$/);
    } else expect(written).toEqual(wanted);
  });
});
