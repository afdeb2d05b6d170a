import { expect, it } from 'vitest';
import { Faults } from './faults.ts';

it('very many faults are counted, the first thousand named', () => {
  const faults = new Faults();
  for (let i = 0; i < 1_500; i += 1) faults.add('edited', { seq: i }, 'so');
  expect([faults.count, faults.named.length, faults.named.at(-1)?.seq]).toEqual([1_500, 1_000, 999]);
});
