import { expect, test } from 'vitest';
import type { Count, CountLine } from './count-documents.ts';
import { left, linesOfRound, mayCountLine, shownLines, whereOf } from './count-lines.ts';

const line = (id: string, told: Partial<CountLine> = {}): CountLine => ({
  ...{ id, position: 1, batchCode: `B-${id}`, productName: 'Product', lotNumber: `L-${id}`, expiresOn: null },
  ...{ stockUnit: 'vial', zone: null, rack: null, shelf: null, bin: null, recountNeeded: false, expected: null },
  ...{ counted: null, countedAt: null, recounted: null, variance: null, varianceValue: null, withinTolerance: null },
  ...{ countedBy: null, recountedBy: null },
  ...told,
});
const one = { id: 'one', displayName: 'One' };

function count(status: Count['status'], lines: readonly CountLine[]): Count {
  return {
    ...{ id: 'count', code: 'CNT-2027-000001', status, blind: true, category: null, zone: null, lines },
    ...{ startedAt: '2027-01-01T08:00:00Z', submittedAt: null, approvedAt: null, cancelledAt: null },
    ...{ varianceQuantity: null, varianceValue: null, startedBy: one, approvedBy: null },
    location: { id: 'here', name: 'Here', timeZone: 'UTC' },
  };
}

test('the first round is about all lines, and is done when each has a figure', () => {
  const first = count('IN_PROGRESS', [line('a', { counted: '0', countedBy: one }), line('b')]);
  expect(linesOfRound(first)).toHaveLength(2);
  expect(left(first).map(({ id }) => id)).toEqual(['b']);
  expect(first.lines.every((each) => mayCountLine(first, each, 'one'))).toBe(true);
});

test('the recount is about the marked lines, by anybody but who counted them', () => {
  const marked = line('b', { counted: '3', countedBy: one, recountNeeded: true });
  const second = count('RECOUNTING', [line('a', { counted: '1', countedBy: one }), marked]);
  expect(linesOfRound(second)).toEqual([marked]);
  expect(left(second)).toEqual([marked]);
  expect([mayCountLine(second, marked, 'one'), mayCountLine(second, marked, 'two')]).toEqual([false, true]);
});

test('what is to be counted again or differs comes first; else as one walks along the shelves', () => {
  const lines = [line('a', { variance: '0' }), line('b', { variance: '1' }), line('c', { withinTolerance: false })];
  expect(shownLines(count('SUBMITTED', lines)).map(({ id }) => id)).toEqual(['c', 'b', 'a']);
  expect(shownLines(count('RECOUNTING', [line('a'), line('b', { recountNeeded: true })]))[0]?.id).toBe('b');
});

test('a place is told as far as it is known', () => {
  expect(whereOf(line('a', { zone: 'A', shelf: '2' }))).toBe('Zone A, shelf 2');
  expect(whereOf(line('a'))).toBe('');
});
