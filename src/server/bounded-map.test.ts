import { expect, test } from 'vitest';
import { BoundedMap } from './bounded-map.ts';

test('the longest unused goes first', () => {
  const map = new BoundedMap<string, number>(2);
  map.set('a', 1);
  map.set('b', 2);
  map.get('a');
  map.set('c', 3);
  expect([map.get('a'), map.get('b'), map.get('c')]).toEqual([1, undefined, 3]);
});

test('weights count, and what is heavier than the whole is not kept', () => {
  const map = new BoundedMap<string, number>(10);
  map.set('a', 1, 6);
  map.set('a', 1, 4);
  map.set('b', 2, 6);
  expect(map.size).toBe(2);
  map.set('c', 3, 11);
  expect(map.size).toBe(2);
  map.set('d', 4, 5);
  expect([map.get('a'), map.get('b'), map.get('d')]).toEqual([undefined, undefined, 4]);
});
