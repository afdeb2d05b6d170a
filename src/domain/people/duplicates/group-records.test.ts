import { describe, expect, it } from 'vitest';
import { groupRecords, type Known, type ScoredPair } from './group-records.ts';

const limits = { merge: 0.95, review: 0.75 };
const nothing: Known = { merged: [], pairs: [] };
const pair = (left: number, right: number, confidence: number): ScoredPair => ({
  left,
  right,
  confidence,
  isApart: false,
});
const apart = (left: number, right: number): ScoredPair => ({ ...pair(left, right, 0.7), isApart: true });

/** Merges as `left right kept`, proposals as `left right`. */
function grouped(pairs: readonly ScoredPair[], known = nothing) {
  const { merges, proposals } = groupRecords(pairs, known, limits);
  return {
    merges: merges.map(({ pair: { left, right }, kept }) => `${left} ${right} ${kept}`),
    proposals: proposals.map(({ left, right }) => `${left} ${right}`),
  };
}

describe('sure pairs', () => {
  it('are merged, the surest first; the older record stands for both', () => {
    expect(grouped([pair(1, 2, 0.96), pair(5, 6, 0.95), pair(2, 3, 0.99)])).toEqual({
      merges: ['2 3 2', '1 2 1', '5 6 5'],
      proposals: [],
    });
  });

  it('keep the side whose group has the older record, though it is the younger of the two', () => {
    expect(grouped([pair(1, 9, 0.99), pair(2, 3, 0.98), pair(3, 9, 0.97)]).merges).toEqual(['1 9 1', '2 3 2', '3 9 9']);
  });

  it('that bring nobody new together are left out', () => {
    expect(grouped([pair(1, 2, 0.99), pair(2, 3, 0.98), pair(1, 3, 0.97)]).merges).toEqual(['1 2 1', '2 3 2']);
  });

  it('never bring together two who were told apart', () => {
    expect(grouped([pair(1, 2, 0.96), pair(2, 3, 0.99), apart(1, 3)])).toEqual({ merges: ['2 3 2'], proposals: [] });
    expect(grouped([pair(1, 2, 0.99), pair(2, 3, 0.96), apart(1, 3)])).toEqual({ merges: ['1 2 1'], proposals: [] });
    const two = [pair(1, 2, 0.99), pair(3, 4, 0.98), pair(2, 3, 0.96), apart(1, 4)];
    expect(grouped(two).merges).toEqual(['1 2 1', '3 4 3']);
  });
});

describe('pairs to review', () => {
  it('are proposed once for each two groups, by the records that stand for them or else by the surest', () => {
    expect(grouped([pair(1, 2, 0.99), pair(1, 9, 0.8), pair(2, 9, 0.9)]).proposals).toEqual(['1 9']);
    expect(grouped([pair(1, 2, 0.99), pair(2, 8, 0.8), pair(2, 9, 0.9)]).proposals).toEqual(['2 9', '2 8']);
  });

  it('are settled by a merge', () => {
    expect(grouped([pair(1, 2, 0.99), pair(2, 3, 0.98), pair(1, 3, 0.8)]).proposals).toEqual([]);
  });

  it('below the threshold are left alone', () => {
    expect(grouped([pair(1, 2, 0.749)])).toEqual({ merges: [], proposals: [] });
  });
});

describe('what was decided before', () => {
  it('is neither proposed nor merged again, in either group', () => {
    expect(grouped([pair(1, 2, 0.99)], { merged: [], pairs: [[1, 2]] })).toEqual({ merges: [], proposals: [] });
    const known: Known = { merged: [], pairs: [[1, 9]] };
    expect(grouped([pair(1, 2, 0.99), pair(2, 9, 0.8)], known)).toEqual({ merges: ['1 2 1'], proposals: [] });
  });

  it('stays: what was merged is not merged again, and a person may have kept the younger', () => {
    expect(grouped([pair(1, 2, 0.99)], { merged: [[1, 2]], pairs: [[1, 2]] })).toEqual({ merges: [], proposals: [] });
    expect(grouped([pair(1, 3, 0.99)], { merged: [[1, 2]], pairs: [[1, 2]] }).merges).toEqual(['1 3 1']);
  });

  it('goes along where an older record is found, by itself or by one that was merged into it', () => {
    const known: Known = { merged: [[3, 2]], pairs: [[2, 3]] };
    expect(grouped([pair(1, 2, 0.99)], known).merges).toEqual(['1 2 1']);
    expect(grouped([pair(1, 3, 0.96)], known).merges).toEqual(['1 3 1']);
  });
});

it('the same pairs give the same groups in any order, and after part of them was merged', () => {
  const pairs = [
    ...[pair(1, 2, 0.96), pair(2, 3, 0.97), pair(3, 4, 0.96), pair(4, 5, 0.99), apart(1, 5)],
    ...[pair(1, 7, 0.8), pair(5, 7, 0.8)],
  ];
  const whole = grouped(pairs);
  expect(whole.merges).toEqual(['4 5 4', '2 3 2', '1 2 1']);
  expect(grouped([...pairs].reverse())).toEqual(whole);
  const rest = grouped(pairs, { merged: [[5, 4]], pairs: [[4, 5]] });
  expect(rest).toEqual({ ...whole, merges: whole.merges.slice(1) });
});
