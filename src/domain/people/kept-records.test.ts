import { expect, it } from 'vitest';
import { Random } from '../../seed/random.ts';
import { keptRecords, type MergedPair } from './kept-records.ts';

const pair = (leftId: string, rightId: string, keptId: string): MergedPair => ({ leftId, rightId, keptId });
const told = (ids: string, ...pairs: MergedPair[]) =>
  [...keptRecords(Array.from(ids), pairs)].map(([id, kept]) => `${id}${kept}`).join(' ');

it.each([
  ['nothing merged', 'aa bb cc', told('abc')],
  ['one pair', 'aa ba cc', told('abc', pair('a', 'b', 'a'))],
  ['a chain ends at the last that was kept', 'ac bc cc', told('abc', pair('a', 'b', 'b'), pair('b', 'c', 'c'))],
  [
    'the merged one is kept: who stands for it stays',
    'aa ba ca',
    told('abc', pair('a', 'b', 'a'), pair('b', 'c', 'b')),
  ],
  ['a circle changes nothing', 'aa ba ca', told('abc', pair('a', 'b', 'a'), pair('b', 'c', 'b'), pair('a', 'c', 'c'))],
  ['pairs with others are passed over', 'aa ba', told('ab', pair('a', 'x', 'x'), pair('a', 'b', 'a'))],
])('%s', (_what, expected, actual) => {
  expect(actual).toBe(expected);
});

it('joins exactly those whom a way of pairs connects, each under one that stands for itself', () => {
  const random = new Random(11);
  const ids = Array.from('abcdefgh');
  const any = () => ids[random.between(0, ids.length - 1)] ?? 'a';
  for (let round = 0; round < 500; round += 1) {
    const pairs = Array.from({ length: random.between(0, 8) }, () => [any(), any()] as const)
      .filter(([a, b]) => a !== b)
      .map(([a, b]) => pair(a, b, random.chance(0.5) ? a : b));
    const kept = keptRecords(ids, pairs);
    for (const stands of kept.values()) expect(kept.get(stands)).toBe(stands);
    for (const from of ids) {
      const reached = new Set([from]);
      for (let step = 0; step < ids.length; step += 1) {
        for (const { leftId, rightId } of pairs)
          if (reached.has(leftId) || reached.has(rightId)) reached.add(leftId).add(rightId);
      }
      expect(new Set(ids.filter((id) => kept.get(id) === kept.get(from)))).toEqual(reached);
    }
  }
});
