import { expect, test } from 'vitest';
import { alertLink } from './alert-link.ts';

const about = { subject: 'id', stock: null, session: null, recall: null, leadsTo: null };
const one = { id: 'other' };

test.each([
  ['EXPIRED', {}, '/stock?lot=id'],
  ['EXPIRING_SOON', {}, '/stock?lot=id'],
  ['LOW_STOCK', {}, '/stock?product=id'],
  ['OUT_OF_STOCK', {}, '/stock?product=id'],
  ['RECALL', { recall: one }, '/recalls/other'],
  ['RECALL', {}, '/recalls?show=notices'],
  ['TEMPERATURE_EXCURSION', {}, '/cold-chain/id'],
  ['TEMPERATURE_EXCURSION', { stock: one }, '/stock/other'],
  ['VIAL_EXPIRED', { session: one, stock: one }, '/open-vials/other'],
  ['VIAL_EXPIRING', { session: one }, '/open-vials/other'],
  ['COUNT_VARIANCE', { stock: one }, '/stock/other'],
  ['COUNT_VARIANCE', { stock: one, leadsTo: { kind: 'COUNT', id: 'count' } }, '/counts/count'],
  ['LEDGER_MISMATCH', { leadsTo: { kind: 'TRANSFER', id: 'transfer' } }, '/transfers/transfer'],
  ['LEDGER_MISMATCH', { leadsTo: { kind: 'STOCK', id: 'batch' } }, '/stock/batch'],
  ['TRANSFER_DISCREPANCY', {}, '/transfers/id'],
  ['LEDGER_MISMATCH', { stock: one }, '/stock/other'],
  ['LEDGER_MISMATCH', { subject: 'audit' }, '/audit'],
  ['LEDGER_MISMATCH', {}, null],
] as const)('%s about %o leads to %s', (type, changed, link) => {
  expect(alertLink({ type, ...about, ...changed })).toBe(link);
});
