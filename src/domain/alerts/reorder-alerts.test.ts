import { expect, it } from 'vitest';
import { reorderAlertOf } from './reorder-alerts.ts';

const product = { product: 'Botox', stockUnit: 'vial', place: 'Main', unavailable: '0', reorderQuantity: null };

it.each([
  ['0', null, 'OUT_OF_STOCK'],
  ['0', '5', 'OUT_OF_STOCK'],
  ['0.0000', '0', 'OUT_OF_STOCK'],
  ['0.0001', null, null],
  ['0.0001', '0', null],
  ['4.9999', '5', 'LOW_STOCK'],
  ['5.0000', '5', 'LOW_STOCK'],
  ['5.0001', '5', null],
  ['5', null, null],
  ['9', '10', 'LOW_STOCK'],
] as const)('%s to use, reorder point %s: %s', (available, reorderPoint, type) => {
  expect(reorderAlertOf({ ...product, available, reorderPoint })?.type ?? null).toBe(type);
});
