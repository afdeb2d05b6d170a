import { describe, expect, it } from 'vitest';
import { hashOf } from './claim.ts';
import { negated, requirePositive, rounded, sum, exact } from './decimal.ts';
import { ageGroup } from './dispensing/age-group.ts';
import { checkOccurredAt } from './occurred-at.ts';
import { batchCode, codePart, lotCode, sku } from './stock/codes.ts';
import { batchMoney, checkCogs, checkTerms, type Cogs, type Terms } from './stock/money.ts';
import { optionalText, text } from './text.ts';

const code = (work: () => unknown): unknown => {
  try {
    work();
  } catch (error) {
    return error instanceof Error && 'code' in error ? error.code : error;
  }
  return 'no refusal';
};

describe('decimals', () => {
  it('add up exactly and round half up once', () => {
    expect(sum(['0.1', '0.2'])).toBe('0.3');
    expect(sum([])).toBe('0');
    expect(negated('1.5')).toBe('-1.5');
    expect(rounded(exact('0.00005'))).toBe('0.0001');
    expect(rounded(exact('0.00004999999'))).toBe('0');
    expect(sum(['99999999999999.9999', '0.0001'])).toBe('100000000000000');
    expect(
      code(() => {
        requirePositive('0', 'quantity');
      }),
    ).toBe('INVALID_QUANTITY');
    expect(
      code(() => {
        requirePositive('-1', 'quantity');
      }),
    ).toBe('INVALID_QUANTITY');
    expect(
      code(() => {
        requirePositive('0.0001', 'quantity');
      }),
    ).toBe('no refusal');
  });
});

describe('the hash of an input', () => {
  it('does not see the key, secrets, the order of fields or absent fields', () => {
    const input = { idempotencyKey: 'one', stockId: 's', quantity: '1', witness: { email: 'w', password: 'x' } };
    const same = {
      quantity: '1',
      reason: null,
      stockId: 's',
      witness: { password: 'y', email: 'w' },
      idempotencyKey: 'two',
    };
    expect(hashOf(input)).toEqual(hashOf(same));
  });
  it('sees every other change', () => {
    const hashes = [
      { a: '1' },
      { a: '2' },
      { b: '1' },
      { a: ['1'] },
      { a: [] },
      { a: { a: '1' } },
      { a: new Date(0) },
      {},
    ].map((input) => hashOf(input).toString('hex'));
    expect(new Set(hashes).size).toBe(hashes.length);
  });
});

describe('age groups on a day', () => {
  it.each([
    ['2027-03-02', '2027-03-01', 'NEONATE'],
    ['2027-03-01', '2027-03-01', 'NEONATE'],
    ['2027-03-01', '2027-03-28', 'NEONATE'],
    ['2027-03-01', '2027-03-29', 'INFANT'],
    ['2026-03-02', '2027-03-01', 'INFANT'],
    ['2026-03-01', '2027-03-01', 'CHILD'],
    ['2015-03-02', '2027-03-01', 'CHILD'],
    ['2015-03-01', '2027-03-01', 'ADOLESCENT'],
    ['2009-03-02', '2027-03-01', 'ADOLESCENT'],
    ['2009-03-01', '2027-03-01', 'ADULT'],
    ['1962-03-02', '2027-03-01', 'ADULT'],
    ['1962-03-01', '2027-03-01', 'ELDERLY'],
    ['2008-02-29', '2026-02-28', 'ADOLESCENT'],
    ['2008-02-29', '2026-03-01', 'ADULT'],
  ])('born %s, on %s: %s', (birth, on, group) => {
    expect(ageGroup(birth, on)).toBe(group);
  });
});

describe('occurredAt', () => {
  const now = new Date('2027-03-04T12:00:00Z');
  it.each([
    [null, 'no refusal'],
    ['2027-03-04T12:00:00Z', 'no refusal'],
    ['2027-03-01T12:00:00Z', 'no refusal'],
    ['2027-03-01T11:59:59Z', 'BAD_USER_INPUT'],
    ['2027-03-04T12:00:01Z', 'BAD_USER_INPUT'],
  ])('%s: %s', (at, expected) => {
    expect(
      code(() => {
        checkOccurredAt(at === null ? null : new Date(at), now);
      }),
    ).toBe(expected);
  });
});

describe('codes', () => {
  it('read as people expect them', () => {
    expect(lotCode('2027-03-31', '7')).toBe('LOT-20270331-007');
    expect(lotCode('2027-03-31', '1234')).toBe('LOT-20270331-1234');
    expect(batchCode('LOT-20270331-007', '42')).toBe('BCH-LOT-20270331-007-000042');
    expect(sku('Allergan', 'Botox® Cosmetic 100 U', '2027-03-31', '42')).toBe(
      'SKU-ALLERGAN-BOTOXCOSMETI-20270331-000042',
    );
    expect(sku(null, '東京', '2027-03-31', '1')).toBe('SKU-X-X-20270331-000001');
    expect(codePart('Élan vital-Ω')).toBe('ELANVITAL');
  });
});

describe('money of a batch', () => {
  const fixed: Cogs = { cogsMode: 'FIXED', unitCogs: '5.25', unitCogsMin: null, unitCogsMax: null };
  const range: Cogs = { cogsMode: 'RANGE', unitCogs: null, unitCogsMin: '1', unitCogsMax: '2.0001' };
  const none: Terms = { vatRate: null, roiPercentage: null, shelfLifeDays: null };
  it('multiplies exactly and rounds each figure once', () => {
    expect(batchMoney(fixed, none, '3')).toEqual({
      purchasePrice: '15.75',
      grossPurchasePrice: '15.75',
      vatAmount: '0',
      profitPerShelfDay: null,
    });
    expect(batchMoney(range, none, '3').purchasePrice).toBe('4.5002');
    expect(batchMoney(fixed, { vatRate: '0.21', roiPercentage: '20', shelfLifeDays: 7 }, '3')).toEqual({
      purchasePrice: '15.75',
      grossPurchasePrice: '19.0575',
      vatAmount: '3.3075',
      profitPerShelfDay: '0.5445',
    });
  });
  it('refuses costs that do not fit their mode', () => {
    const refused = (cogs: Partial<Cogs>) =>
      code(() => {
        checkCogs({ ...fixed, ...cogs });
      });
    expect(refused({})).toBe('no refusal');
    expect(refused({ unitCogs: null })).toBe('BAD_USER_INPUT');
    expect(refused({ unitCogs: '-0.01' })).toBe('BAD_USER_INPUT');
    expect(refused({ unitCogsMin: '1' })).toBe('BAD_USER_INPUT');
    expect(refused({ ...range })).toBe('no refusal');
    expect(refused({ ...range, unitCogs: '1' })).toBe('BAD_USER_INPUT');
    expect(refused({ ...range, unitCogsMax: '1' })).toBe('BAD_USER_INPUT');
    expect(refused({ ...range, unitCogsMax: null })).toBe('BAD_USER_INPUT');
    expect(code(() => batchMoney({ ...fixed, unitCogs: '99999999' }, none, '99999999'))).toBe('BAD_USER_INPUT');
  });
  it('refuses terms out of range', () => {
    const refused = (terms: Partial<Terms>) =>
      code(() => {
        checkTerms({ ...none, ...terms });
      });
    expect(refused({ vatRate: '0', roiPercentage: '-10', shelfLifeDays: 1 })).toBe('no refusal');
    expect(refused({ vatRate: '1.0001' })).toBe('BAD_USER_INPUT');
    expect(refused({ vatRate: '-0.1' })).toBe('BAD_USER_INPUT');
    expect(refused({ shelfLifeDays: 0 })).toBe('BAD_USER_INPUT');
    expect(refused({ shelfLifeDays: 36_501 })).toBe('BAD_USER_INPUT');
    expect(refused({ roiPercentage: '100000' })).toBe('BAD_USER_INPUT');
  });
});

describe('text', () => {
  it('is trimmed and else kept exactly', () => {
    expect(text('  Botox\u00a0É ', 'name', { max: 10 })).toBe('Botox\u00a0É');
    expect(optionalText('   ', 'name', 10)).toBeNull();
    expect(optionalText(undefined, 'name', 10)).toBeNull();
    expect(text('👩‍⚕️👩‍⚕️', 'name', { max: 8 })).toBe('👩‍⚕️👩‍⚕️');
  });
  it.each(['', '   ', 'x'.repeat(11), 'a\u0000b', 'a\ud800b', 'a\u001bb'])('refuses %j', (value) => {
    expect(code(() => text(value, 'name', { max: 10 }))).toBe('BAD_USER_INPUT');
  });
});
