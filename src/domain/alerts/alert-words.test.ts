import { describe, expect, it } from 'vitest';
import {
  countVarianceWords,
  counted,
  expiredWords,
  expiringWords,
  ledgerWords,
  lowWords,
  outWords,
  recalledWords,
  recallMatchWords,
  recallWords,
  transferWords,
  vialExpiredWords,
  vialExpiringWords,
} from './alert-words.ts';

const lot = {
  ...{ product: 'Botox 100 U', stockUnit: 'vial', place: 'Main Clinic' },
  ...{ lotNumber: 'C1234', expiresOn: '2027-03-31', units: '5.0000' },
};
const reorder = {
  ...{ product: 'Lidocaine 1 %', stockUnit: 'box', place: 'Main Clinic', available: '3', unavailable: '0' },
  ...{ reorderPoint: '5.0000', reorderQuantity: '20.0000' },
};

describe('what alerts say', () => {
  it('of a lot that expires', () => {
    expect(expiringWords(lot)).toEqual({
      title: 'Botox 100 U: lot C1234 expires on 2027-03-31',
      message:
        'Main Clinic has 5 vials of lot C1234 of Botox 100 U. 2027-03-31 is the last day of use: use this lot first, or move it to where it will be used in time.',
    });
  });

  it('of a lot that has expired', () => {
    expect(expiredWords({ ...lot, units: '1' })).toEqual({
      title: 'Botox 100 U: lot C1234 has expired',
      message:
        '2027-03-31 was the last day of lot C1234 of Botox 100 U. Main Clinic has 1 vial of it in quarantine, to be taken off the shelf and recorded as waste.',
    });
  });

  it('of a recall, at a location', () => {
    const recall = {
      ...{ product: 'Botox 100 U', stockUnit: 'vial', place: 'Main Clinic', reference: 'D-1' },
      ...{ recallClass: 'CLASS_I' as const },
      ...{ reason: 'Lack of sterility.', lotNumbers: ['C1', 'C2'], units: '5', onTheWay: '0', openVials: 0 },
    };
    expect(recallWords(recall)).toEqual({
      title: 'Botox 100 U: recall D-1',
      message:
        'Class I recall of lots C1, C2 of Botox 100 U: Lack of sterility. Main Clinic has 5 vials of it in quarantine: not to be used, to be kept apart. Look at every shelf, then acknowledge the recall.',
    });
    const { message } = recallWords({ ...recall, lotNumbers: null, onTheWay: '2', openVials: 1 });
    expect(message).toMatch(/recall of lots of Botox.* in quarantine and 1 open vial, 2 vials on their way to it:/);
  });

  it('of a notice that may concern something', () => {
    const notice = {
      noticeNumber: 'D-1',
      recallClass: 'CLASS_II',
      reason: 'Lack of sterility',
      products: ['Botox'],
    } as const;
    expect(recallMatchWords({ ...notice, matches: 1 })).toEqual({
      title: 'Botox: notice D-1 may concern it',
      message: 'Class II recall D-1: Lack of sterility. It may concern product Botox: 1 match waits for a decision.',
    });
  });

  it('of a lot that is recalled', () => {
    expect(recalledWords(lot)).toEqual({
      title: 'Botox 100 U: lot C1234 is recalled',
      message:
        'Lot C1234 of Botox 100 U is recalled. Main Clinic has 5 vials of it in quarantine, not to be used and to be kept apart.',
    });
  });

  it('of a product that is low', () => {
    expect(lowWords(reorder)).toEqual({
      title: 'Lidocaine 1 % is low at Main Clinic',
      message: 'Main Clinic has 3 boxes of Lidocaine 1 % to use; the reorder point is 5. To order: 20 boxes.',
    });
    expect(lowWords({ ...reorder, reorderQuantity: '0' }).message).toMatch(/is 5\. Order more\.$/);
  });

  it('of a product that is out of stock', () => {
    expect(outWords({ ...reorder, available: '0', unavailable: '2', reorderQuantity: null })).toEqual({
      title: 'Lidocaine 1 % is out of stock at Main Clinic',
      message:
        'Main Clinic has nothing of Lidocaine 1 % to use. Besides, 2 boxes may not be taken: reserved, on hold, in quarantine or not yet checked in. Order more.',
    });
  });

  it('of an open vial', () => {
    const vial = { ...lot, doseUnit: 'unit', remaining: '12.5000', until: '2027-03-31 14:05', isControlled: false };
    expect(vialExpiringWords(vial)).toEqual({
      title: 'Botox 100 U: an open vial is to be used until 2027-03-31 14:05',
      message:
        'An open vial of Botox 100 U, lot C1234, at Main Clinic may be used until 2027-03-31 14:05. What remains then is waste.',
    });
    expect(vialExpiredWords(vial).message).toMatch(/until 2027-03-31 14:05\. What remained is recorded as waste; /);
    expect(vialExpiredWords({ ...vial, isControlled: true })).toEqual({
      title: 'Botox 100 U: an open vial has expired',
      message:
        'An open vial of Botox 100 U, lot C1234, at Main Clinic was to be used until 2027-03-31 14:05. 12.5 units of this controlled drug remain: two people close it and record what becomes of them.',
    });
    expect(vialExpiredWords({ ...vial, isControlled: true, remaining: '0' }).message).toMatch(/recorded as waste/);
  });

  it('of a count', () => {
    const found = { ...lot, batchCode: 'BCH-1', countCode: 'CNT-2027-000004', expected: '12.0000', counted: '1.0000' };
    expect(countVarianceWords({ ...found, reservations: 0, reservedUnits: '0' })).toEqual({
      title: 'Botox 100 U: 1 vial counted, 12 expected',
      message:
        'Count CNT-2027-000004 at Main Clinic found 1 vial of lot C1234 of Botox 100 U (batch BCH-1), where 12 were expected. The difference is posted. Find out how it came about.',
    });
    expect(countVarianceWords({ ...found, reservations: 1, reservedUnits: '3' }).message).toContain(
      'is posted. A reservation of 3 vials could not be kept: tell whoever waits for them. Find out',
    );
    expect(countVarianceWords({ ...found, reservations: 2, reservedUnits: '5' }).message).toContain(
      '2 reservations of 5 vials could not be kept',
    );
    const names = {
      product: 'p'.repeat(500),
      place: 'q'.repeat(100),
      lotNumber: 'l'.repeat(100),
      batchCode: 'b'.repeat(100),
    };
    const longest = countVarianceWords({
      ...found,
      ...names,
      stockUnit: 'u'.repeat(50),
      reservations: 2,
      reservedUnits: '5',
    });
    expect(longest.title.length).toBeLessThanOrEqual(200);
    expect(longest.message.length).toBeLessThanOrEqual(2_000);
  });

  it('of a transfer that did not arrive as it was shipped', () => {
    const line = { ...lot, shipped: '10.0000', damaged: '2.0000', lost: '0.0000' };
    const transfer = { code: 'TRF-2027-000042', from: 'Main Clinic', to: 'Pharmacy' };
    expect(transferWords({ ...transfer, lines: [line, { ...line, damaged: '1', lost: '0.5' }] })).toEqual({
      title: 'Transfer TRF-2027-000042 did not arrive as it was shipped',
      message:
        'From Main Clinic to Pharmacy: 2 damaged of 10 vials of Botox 100 U, lot C1234; 1 damaged and 0.5 lost of 10 vials of Botox 100 U, lot C1234. It is written off at Pharmacy. Find out what has happened.',
    });
    const names = { product: 'p'.repeat(500), lotNumber: 'l'.repeat(100), stockUnit: 'u'.repeat(50) };
    const lines = Array.from({ length: 7 }, () => ({ ...line, ...names }));
    const { message } = transferWords({ ...transfer, from: 'f'.repeat(100), to: 't'.repeat(100), lines });
    expect(message).toContain('; and 2 more lines.');
    expect(message.length).toBeLessThanOrEqual(2_000);
  });

  it('of books that do not add up', () => {
    const faults = ['one', 'two', 'three', 'four', 'five'].map((check) => ({ check, message: `${check} is 1, not 2` }));
    expect(ledgerWords({ what: 'batch BCH-1', place: 'Main Clinic', faults: faults.slice(0, 1) })).toEqual({
      title: 'The books of batch BCH-1 do not add up',
      message:
        'Main Clinic, batch BCH-1. "one" does not hold: one is 1, not 2. Count it, and have "lotkeeper db verify" run.',
    });
    const all = ledgerWords({ what: 'dispense an id', place: 'Main Clinic', faults });
    expect(all.title).toBe('The books of dispense an id do not add up');
    expect(all.message).toContain('three is 1, not 2. And 2 more. Count it');
    const long = faults.map(({ check }) => ({ check, message: 'x'.repeat(2_000) }));
    const longest = ledgerWords({ what: `batch ${'b'.repeat(400)}`, place: 'p'.repeat(100), faults: long });
    expect(longest.title.length).toBeLessThanOrEqual(200);
    expect(longest.message.length).toBeLessThanOrEqual(2_000);
  });

  it('fits, whatever the names', () => {
    const longest = {
      ...lot,
      ...reorder,
      product: 'p'.repeat(500),
      place: 'q'.repeat(100),
      lotNumber: 'l'.repeat(100),
    };
    for (const words of [expiringWords, expiredWords, recalledWords, lowWords, outWords]) {
      const { title, message } = words({ ...longest, stockUnit: 'u'.repeat(50), available: '0', unavailable: '1.5' });
      expect(title.length).toBeLessThanOrEqual(200);
      expect(message.length).toBeLessThanOrEqual(2_000);
    }
    expect(expiredWords({ ...lot, product: '💉'.repeat(61) }).title).toBe(`${'💉'.repeat(59)}…: lot C1234 has expired`);
  });
});

it.each([
  ['1.0000', 'vial', '1 vial'],
  ['0.5', 'vial', '0.5 vials'],
  ['10000000000000.0001', 'tablet', '10000000000000.0001 tablets'],
  ['2', 'box', '2 boxes'],
  ['2', 'patch', '2 patches'],
  ['2', 'syringe', '2 syringes'],
  ['2', 'assembly', '2 assemblies'],
  ['2', 'tray', '2 trays'],
  ['2', 'glass', '2 glasses'],
  ['2', 'gloves', '2 gloves'],
  ['2', 'mL', '2 mL'],
  ['2', '50 mL', '2 50 mL'],
  ['2', 'Stück', '2 Stück'],
])('%s of "%s" is written "%s"', (quantity, unit, words) => {
  expect(counted(quantity, unit)).toBe(words);
});
