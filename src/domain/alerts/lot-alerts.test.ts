import { describe, expect, it } from 'vitest';
import { findingsOf, severityOf, type LotFigures } from './lot-alerts.ts';

describe('severity by the nearest horizon reached', () => {
  const usual = [90, 60, 30, 7];
  it.each([
    [91, usual, null],
    [90, usual, 'INFO'],
    [61, usual, 'INFO'],
    [60, usual, 'INFO'],
    [31, usual, 'INFO'],
    [30, usual, 'WARNING'],
    [8, usual, 'WARNING'],
    [7, usual, 'CRITICAL'],
    [0, usual, 'CRITICAL'],
    [180, [180, 45], 'INFO'],
    [1, [180, 45], 'INFO'],
    [14, [14], 'WARNING'],
    [15, [14], null],
    [0, [14], 'WARNING'],
    [3, [14, 3, 1], 'CRITICAL'],
    [20, [60, 7], 'INFO'],
    [7, [3650, 7], 'CRITICAL'],
  ] as const)('%s days, horizons %s: %s', (days, horizons, severity) => {
    expect(severityOf(days, horizons)).toBe(severity);
  });
});

describe('what a lot at a place is found for', () => {
  const lot: LotFigures = {
    ...{ lotId: 'lot', locationId: 'place', place: 'Main', productId: 'product', product: 'Botox', stockUnit: 'vial' },
    ...{
      lotNumber: 'C1',
      units: '3',
      expiresOn: '2027-03-31',
      daysLeft: 20,
      isHeldAsExpired: false,
      isRecalled: false,
      isToldByRecall: false,
    },
    ...{ horizonDays: [90, 30, 7], current: [] },
  };
  const types = (more: Partial<LotFigures>, mayRaiseRecall = false) => [
    ...findingsOf({ ...lot, ...more }, mayRaiseRecall).keys(),
  ];
  const recalled = { type: 'RECALL', severity: 'CRITICAL', status: 'OPEN', title: '', message: '' } as const;

  it.each([
    ['within a horizon', {}, ['EXPIRING_SOON']],
    ['beyond all', { daysLeft: 91 }, []],
    ['on its last day', { daysLeft: 0 }, ['EXPIRING_SOON']],
    ['after it', { daysLeft: -1 }, ['EXPIRED']],
    ['held as expired, by another clock', { isHeldAsExpired: true }, ['EXPIRED']],
    ['without an expiry', { expiresOn: null, daysLeft: null }, []],
    ['recalled, and nobody has said so', { isRecalled: true, daysLeft: 91 }, []],
    ['recalled, and told already', { isRecalled: true, daysLeft: -1, current: [recalled] }, ['EXPIRED', 'RECALL']],
    ['recalled, and told by the recall itself', { isRecalled: true, isToldByRecall: true, daysLeft: 91 }, []],
    ['told already, and recalled no more', { daysLeft: 91, current: [recalled] }, []],
  ] as const)('%s', (_name, more, wanted) => {
    expect(types(more)).toEqual(wanted);
  });

  it('recalled, and come in', () => {
    expect(types({ isRecalled: true, daysLeft: -1 }, true)).toEqual(['EXPIRED', 'RECALL']);
    expect(types({}, true)).toEqual(['EXPIRING_SOON']);
  });
});
