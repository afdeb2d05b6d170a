import { expect, test } from 'vitest';
import { amount, counted, words } from './words.ts';

test('constants and counts as words', () => {
  expect(words('AWAITING_INTAKE')).toBe('Awaiting intake');
  expect([counted(1, 'lot'), counted(2, 'lot'), counted(0, 'batch', 'batches')]).toEqual([
    '1 lot',
    '2 lots',
    '0 batches',
  ]);
});

test('amounts with their unit', () => {
  expect(['1', '1.0000', '2', '0', '12.5'].map((each) => amount(each, 'vial'))).toEqual([
    '1 vial',
    '1 vial',
    '2 vials',
    '0 vials',
    '12.5 vials',
  ]);
  expect([amount('3', 'box'), amount('3', 'mL'), amount('1000', 'unit')]).toEqual(['3 boxes', '3 mL', '1,000 units']);
});
